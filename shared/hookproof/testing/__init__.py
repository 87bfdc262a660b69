"""For the tests of a receiving application: requests that are signed, forged or late, on demand.

What may live here: makers of requests and a clock that stands still. They use the same code that
production does; nothing here switches a check off.
"""

from .fixed_clock import FixedClock as FixedClock
from .forging import FORGERIES as FORGERIES
from .forging import Forged as Forged
from .forging import forge as forge
from .forging import forgeries as forgeries
from .signing import SECRET as SECRET
from .signing import signed_headers as signed_headers
