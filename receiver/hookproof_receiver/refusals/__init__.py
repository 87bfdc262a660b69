"""Requests that were refused by their signature: kept for a while, so that they can be explained.

What may live here: what is kept of such a request, how little a flood of them may cost, their table,
and the failure bundle that is made of one. What may not: an answer (it was given before anything here
begins), and anything that a good request waits for. It is no part of the inbox, which takes what was
proved: what nobody vouches for stays apart.
"""

from .bundling import bundle as bundle
from .keeper import Explained as Explained
from .keeper import Keeper as Keeper
from .kept import Kept as Kept
from .kept import Record as Record
from .kept import cause_of as cause_of
from .refusal import Refusal as Refusal
from .store import RefusalStore as RefusalStore
