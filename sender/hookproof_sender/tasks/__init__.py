"""HTTP tasks: what a file or a record of the platform says, and the request that it means.

What may live here: the record's shape, the rules for its URL, headers and body, reading a file, and
what a task sends. What may not: the network, and how often to try.
"""

from .file import load_task as load_task
from .file import task_from as task_from
from .record import HttpTask as HttpTask
from .references import Located as Located
from .references import task_references as task_references
from .rendering import RenderedTask as RenderedTask
from .rendering import render_task as render_task
