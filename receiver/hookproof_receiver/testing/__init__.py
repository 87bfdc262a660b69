"""For the tests of a receiving application: the real receiver, on a real socket, within the test;
and for the tests of a sender: a server that does wrong what its URLs say.

What may live here: starting, stopping, waiting and looking. What may not: anything that changes what
the receiver does.
"""

from ..inbox import Ran as Ran
from .faulty import Faulty as Faulty
from .faulty import faults as faults
from .running import Running as Running
from .running import running_receiver as running_receiver
from .seen import Seen as Seen
