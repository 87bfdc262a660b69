"""Bearer tokens: made, and checked, each for one scope and one span of time.

What may live here: whatever is signed by the receiver for its own later use, one named salt a purpose,
and the key it is signed with. What may not: HTTP, and the wire format of webhooks.

    tokens = Tokens(signing_key(folder_of(database)), clock)
    tokens.check(tokens.new("run-job", expires_in_s=3600).text, "run-job")
"""

from .refusals import InvalidToken as InvalidToken
from .refusals import TokenRefused as TokenRefused
from .refusals import WrongScope as WrongScope
from .signing_key import signing_key as signing_key
from .tokens import LONGEST_S as LONGEST_S
from .tokens import SCOPES as SCOPES
from .tokens import Scope as Scope
from .tokens import Token as Token
from .tokens import Tokens as Tokens
