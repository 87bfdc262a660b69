"""How messages are signed: one file a scheme, as data where it can be.

What may live here: a scheme's header names, grammar, signed bytes, units and encoding, and the one
decision that every verifier and explanation comes from. What may not: a clock, a header look-up of
its own, anything that reads or writes.
"""

from .decision import Decision as Decision
from .decision import decide as decide
from .http_task import HttpTask as HttpTask
from .names import by_name as by_name
from .names import names as names
from .scheme import Mac as Mac
from .scheme import Reading as Reading
from .scheme import Ring as Ring
from .scheme import Scheme as Scheme
