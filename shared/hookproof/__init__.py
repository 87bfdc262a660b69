"""Sign webhooks, and prove them. Standard library alone; nothing here reads, writes or sends.

verifier = Verifier(secrets=os.environ["HTTP_TASK_SECRET"])
delivery = verifier.verify(request.get_data(), request.headers)   # or raises VerificationError
"""

from ._version import __version__ as __version__
from .clock import Clock as Clock
from .delivery import Delivery as Delivery
from .errors import BadConfiguration as BadConfiguration
from .errors import CannotRun as CannotRun
from .errors import HookproofError as HookproofError
from .errors import MalformedSignature as MalformedSignature
from .errors import SignatureMismatch as SignatureMismatch
from .errors import StaleDelivery as StaleDelivery
from .errors import VerificationError as VerificationError
from .headers import GUID_HEADER as GUID_HEADER
from .keys import Secret as Secret
from .schemes import HttpTask as HttpTask
from .schemes import Scheme as Scheme
from .signer import Signer as Signer
from .verifier import Tolerance as Tolerance
from .verifier import Verifier as Verifier
