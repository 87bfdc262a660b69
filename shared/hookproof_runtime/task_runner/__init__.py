"""Whoever sends tasks and runs plans for a program that does neither.

The sender offers one by entry point; the receiver's platform side uses it without knowing it. What may
live here: what such a runner does, what is told of a plan and of its runs, and how one is found. What
may not: a runner.
"""

from .finding import GROUP as GROUP
from .finding import NotInstalled as NotInstalled
from .finding import find as find
from .runner import TaskRunner as TaskRunner
from .seen import PlanEdge as PlanEdge
from .seen import PlanNode as PlanNode
from .seen import PlanNodeRun as PlanNodeRun
from .seen import PlanRunSeen as PlanRunSeen
from .seen import PlanSeen as PlanSeen
from .seen import Tested as Tested
