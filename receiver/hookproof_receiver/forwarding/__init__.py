"""Proved messages on to somebody's own application: the same bytes, the same headers.

What may live here: where a message is sent on to, which of its headers go along, the HTTP client for
that, what the application's answer means, and what is told of it. What may not: keeping, schedules and
retries (the inbox's: forwarding is a handler), and a target that a message could choose.
"""

from .causes import Cause as Cause
from .causes import NotForwarded as NotForwarded
from .documents import document as document
from .events import Away as Away
from .events import Back as Back
from .events import Event as Event
from .events import Forwarded as Forwarded
from .fields import onward as onward
from .forwarder import Forwarder as Forwarder
from .lines import line as line
from .sending import Sent as Sent
from .sending import send as send
from .target import Target as Target
from .target import target_of as target_of
