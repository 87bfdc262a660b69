"""Plans: nodes that send a task or run a flow, and edges that say which outcome leads where.

What may live here: a plan's shape, reading it from a file or the platform's own record, checking and
drawing it, and running it. What may not: sending (that is the outbox's and the wire's), and rendering
references (that is `references`'s).
"""

from .plan import Edge as Edge
from .plan import FlowTask as FlowTask
from .plan import Node as Node
from .plan import Plan as Plan
from .plan import Platform as Platform
