"""Running what was kept once more, by hand, and saying whether that mended it.

What may live here: what may be run again and what it is called, the record of each time, and the
carrying out under the inbox's leases. What may not: options, what is printed, and HTTP.
"""

from .planning import Planned as Planned
from .planning import Planner as Planner
from .record import GOOD as GOOD
from .record import Before as Before
from .record import Replay as Replay
from .record import Result as Result
from .replaying import Changes as Changes
from .replaying import Refused as Refused
from .replaying import Replayer as Replayer
from .sending import Outgoing as Outgoing
from .sending import Resender as Resender
from .sending import SendPlanner as SendPlanner
from .store import ReplayStore as ReplayStore
