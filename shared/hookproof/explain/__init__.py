"""Why a request was refused: a bounded search over the causes that are known, and their pairs.

What may live here: reading headers that the strict grammar refuses, the forms a body, a secret, a
signed text and a signature take by mistake, the search that ends in proof, and the words for it. What
may not: a verdict of its own (it is handed the verifier's), a clock, anything that reads or writes.
Nothing that leaves this room holds a secret, a byte of the body or a signature that would be good.
"""

from .bundle import Bundle as Bundle
from .bundle import BundleUnreadable as BundleUnreadable
from .bundle import explain_bundle as explain_bundle
from .bundle import make_bundle as make_bundle
from .bundle import read_bundle as read_bundle
from .causes import CAUSES as CAUSES
from .causes import Cause as Cause
from .explaining import Question as Question
from .explaining import explain as explain
from .explanation import Explanation as Explanation
from .explanation import Finding as Finding
