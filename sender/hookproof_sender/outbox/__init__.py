"""Every message on record before its first byte leaves, and what became of it.

What may live here: states, leases and their fences, the next step after an attempt, the worker. What
may not: the network (attempts come from whoever makes them), task files, and Click.
"""

from .changeable import CHANGEABLE as CHANGEABLE
from .changeable import REMOVABLE as REMOVABLE
from .changeable import REMOVED as REMOVED
from .drafting import Sendable as Sendable
from .kept import Filters as Filters
from .kept import Kept as Kept
from .leased import Leased as Leased
from .leased import TakenOver as TakenOver
from .leased import Terms as Terms
from .next_step import Step as Step
from .next_step import after as after
from .outbox import Outbox as Outbox
from .state import FINISHED as FINISHED
from .state import STATES as STATES
from .state import State as State
from .worker import Worker as Worker
