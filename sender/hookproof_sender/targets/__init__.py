"""Where a request may go: judged by its URL first, then by every address that its name has.

What may live here: the special ranges and their sources, the operator's lists, the verdicts and their
reasons. What may not: resolving a name, connecting, and anything of a task but its URL.
"""

from .allowed import Allowed as Allowed
from .connect_to import ConnectTo as ConnectTo
from .forbidden import Forbidden as Forbidden
from .policy import Policy as Policy
from .policy import Unmatched as Unmatched
from .verdict import Verdict as Verdict
from .verdict import cure as cure
from .verdict import flags as flags
from .verdict import setting_for_all as setting_for_all
