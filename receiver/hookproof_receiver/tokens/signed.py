"""What is signed here for later use: one named salt a purpose, SHA-256, and the time of our clock."""

from __future__ import annotations

import hashlib
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from hookproof.clock import NANOSECONDS, Clock

from .refusals import InvalidToken


class Signed:
    """Signs what JSON can say for one purpose, and reads it back for a time.

    Whoever has the text can read what is in it, so nothing secret belongs there; and several spellings
    of its last character are good, so the text is no identity: put an id inside.

    Args:
        key: what it is signed with; whoever has it can sign.
        salt: the purpose; what was signed for another one is not read.
        longest_s: for how long it is read, in seconds, whatever is written in it.
        clock: the time.
    """

    def __init__(self, key: bytes, salt: bytes, longest_s: int, clock: Clock) -> None:
        self._longest_s = longest_s
        self._serializer = URLSafeTimedSerializer(
            key,
            salt=salt,
            signer=_Signer,
            signer_kwargs={
                "clock": clock,
                "digest_method": hashlib.sha256,
                "key_derivation": "hmac",
            },
        )

    def sign(self, content: object) -> str:
        """A text that is safe in a URL, a header, a cookie and a shell."""
        text = self._serializer.dumps(content)
        assert isinstance(text, str)
        return text

    def read(self, text: str) -> Any:
        """What was signed.

        Raises:
            InvalidToken: it was not signed with this key for this purpose, or too long ago.
        """
        try:
            return self._serializer.loads(text, max_age=self._longest_s)
        except SignatureExpired:
            raise InvalidToken("expired_token", "it is too old, or of a time to come") from None
        except (BadData, ValueError):  # ValueError: text that is no UTF-8
            raise InvalidToken("bad_token", "it was not made with this key") from None


class _Signer(TimestampSigner):
    """itsdangerous asks the computer for the time; this one asks our clock."""

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        return self._clock() // NANOSECONDS
