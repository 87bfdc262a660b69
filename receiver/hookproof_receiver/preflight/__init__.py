"""What must hold before the receiver takes requests, looked at with nothing started.

What may live here: the checks of `hookproof receive --check`, a file for each kind, and their table.
What may not: what a store may be asked at any time (`health`'s), and anything that is made, changed, or
bound for good.
"""

from .subject import Subject as Subject
from .table import CHECKS as CHECKS
