"""Which message a request is: the ladder, and what it goes by.

What may live here: decisions without input or output, that the inbox and `claim` both make. What may
not: a store, a clock, HTTP, and anything beyond the standard library and `hookproof`.
"""

from .asking import ask as ask
from .ladder import FINISHED as FINISHED
from .ladder import Asked as Asked
from .ladder import Decision as Decision
from .ladder import Found as Found
from .ladder import Known as Known
from .ladder import State as State
from .ladder import Verdict as Verdict
from .ladder import decide as decide
from .ladder import wants_link as wants_link
from .rules import Link as Link
from .rules import OnBodyChange as OnBodyChange
from .rules import Rules as Rules
from .rules import pointer_of as pointer_of
from .values import guid_value as guid_value
from .values import key_value as key_value
from .values import signature_value as signature_value
