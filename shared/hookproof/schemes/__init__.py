"""How messages are signed: one file a scheme, as data where it can be.

What may live here: a scheme's header names, grammar, signed bytes, units and encoding, and the one
decision that every verifier and explanation comes from. What may not: a clock, a header look-up of
its own, anything that reads or writes.
"""

from .decision import Decision as Decision
from .decision import decide as decide
from .hmac_scheme import HmacScheme as HmacScheme
from .http_task import HttpTask as HttpTask
from .names import by_name as by_name
from .names import names as names
from .scheme import Identity as Identity
from .scheme import Mac as Mac
from .scheme import Reading as Reading
from .scheme import Ring as Ring
from .scheme import Scheme as Scheme
from .times import Unit as Unit
from .times import read_seconds as read_seconds
from .times import read_time as read_time
from .times import write_time as write_time
