"""Log lines: events with fields, for a person at a console or for a machine as JSON.

What may live here: how lines look and where they go. What may not: what is worth a line. No secret and
no body is ever a field.
"""

from .configuring import configure as configure
from .events import get_logger as get_logger
from .events import tagged as tagged
