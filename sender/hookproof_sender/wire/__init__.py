"""One attempt over the network, and when the next one is due.

What may live here: sockets, TLS, HTTP, the one deadline, and the words for what went wrong. What may
not: tasks, signing, and how often to try.
"""

from hookproof_runtime.masking import masked_headers as masked_headers
from hookproof_runtime.masking import masked_url as masked_url

from .attempt import CAUSES as CAUSES
from .attempt import Attempt as Attempt
from .attempt import Cause as Cause
from .attempt import Request as Request
from .attempt import Start as Start
from .attempt import Timings as Timings
from .attempt import unmade as unmade
from .attempt_json import from_json as from_json
from .attempt_json import to_json as to_json
from .checking import Check as Check
from .checking import check as check
from .not_done import not_done as not_done
from .outgoing import Outgoing as Outgoing
from .schedule import delay as delay
from .transport import Transport as Transport
