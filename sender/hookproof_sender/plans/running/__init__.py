"""Running a plan: what starts when, on record before anything is sent, and taken up after a crash.

What may live here: the record of runs and nodes (SQL in `store` alone), the threads that nodes run in,
the client of the run-job API. What may not: how an attempt is made, retried or leased (that is the
outbox's and the wire's), what follows from the states of nodes (that is `deciding`'s), and Click.
"""

from .events import AttemptBegun as AttemptBegun
from .events import AttemptOver as AttemptOver
from .events import Event as Event
from .events import JobSeen as JobSeen
from .events import NodeChanged as NodeChanged
from .events import Waits as Waits
from .events import Warned as Warned
from .held import RunHeld as RunHeld
from .run import EdgeRun as EdgeRun
from .run import NodeRun as NodeRun
from .run import PlanRun as PlanRun
from .run import RunState as RunState
from .runner import PlanRunner as PlanRunner
