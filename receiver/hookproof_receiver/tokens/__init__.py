"""Bearer tokens: made, and checked, each for one scope and one span of time; sessions and forms too.

What may live here: whatever is signed by the receiver for its own later use, one named salt a purpose,
the key it is signed with, and what is written down of it. What may not: HTTP, and the wire format of
webhooks.

    store = TokenStore(engine)
    tokens = Tokens(signing_key(folder_of(database)), clock, store.is_revoked)
    tokens.check(tokens.new("run-job", expires_in_s=3600).text, "run-job")
"""

from .record import Record as Record
from .record import State as State
from .record import record_of as record_of
from .refusals import ForgedForm as ForgedForm
from .refusals import InvalidToken as InvalidToken
from .refusals import TokenRefused as TokenRefused
from .refusals import WrongScope as WrongScope
from .sessions import SESSION_S as SESSION_S
from .sessions import Session as Session
from .sessions import Sessions as Sessions
from .signing_key import signing_key as signing_key
from .store import TokenStore as TokenStore
from .tokens import LONGEST_S as LONGEST_S
from .tokens import SCOPES as SCOPES
from .tokens import Scope as Scope
from .tokens import Token as Token
from .tokens import Tokens as Tokens
