"""Plans: nodes that send a task or run a flow, and edges that say which outcome leads where.

What may live here: a plan's shape, reading it from a file or the platform's own record, checking and
drawing it, and running it. What may not: sending (that is the outbox's and the wire's), and rendering
references (that is `references`'s).
"""

from .deciding import Decision as Decision
from .deciding import NodeState as NodeState
from .deciding import RunEnd as RunEnd
from .deciding import Skipped as Skipped
from .deciding import decide as decide
from .deciding import leads as leads
from .file import load_plan as load_plan
from .file import plan_from as plan_from
from .order import ancestors as ancestors
from .order import incoming as incoming
from .order import outgoing as outgoing
from .order import ranks as ranks
from .plan import Edge as Edge
from .plan import FlowTask as FlowTask
from .plan import Node as Node
from .plan import Plan as Plan
from .plan import Platform as Platform
from .record import record_of as record_of
