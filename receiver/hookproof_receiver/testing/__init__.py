"""For the tests of a receiving application: the real receiver, on a real socket, within the test;
and for the tests of a sender: a server that does wrong what its URLs say.

What may live here: starting, stopping, waiting and looking. What may not: anything that changes what
the receiver does. What needs the extra `receiver` is imported when it is asked for; `faults` needs
none.
"""

from typing import TYPE_CHECKING

from hookproof_runtime.extras import on_request

from .faulty import Faulty as Faulty
from .faulty import faults as faults

if TYPE_CHECKING:
    from ..inbox import Ran as Ran
    from .running import Running as Running
    from .running import running_receiver as running_receiver
    from .seen import Seen as Seen

_HOMES = {
    "Ran": "hookproof_receiver.inbox",
    "Running": "hookproof_receiver.testing.running",
    "Seen": "hookproof_receiver.testing.seen",
    "running_receiver": "hookproof_receiver.testing.running",
}

__getattr__ = on_request(__name__, _HOMES, "receiver")
