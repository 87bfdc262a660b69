"""Every cause there is: its code, what is said of it, and what mends it.

What may live here: the list, as data, and making a finding of a row. What may not: how a cause is
found.
"""

from .catalogue import CAUSES as CAUSES
from .catalogue import finding as finding
from .cause import Cause as Cause
