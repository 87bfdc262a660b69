"""What most schemes have in common, so that one of your own is short."""

from __future__ import annotations

from ..headers import Headers
from ..keys import Secret, hmac_sha256
from .scheme import Identity, Mac
from .times import Unit

WHSEC: tuple[tuple[str, str], ...] = (
    ("whsec_", "a secret of Standard Webhooks or of Stripe: choose that scheme"),
    ("v1,whsec_", "a secret of Standard Webhooks: choose that scheme, and take it from whsec_ on"),
)
"""What is no secret of a sender who makes none that look so."""


class HmacScheme:
    """HMAC-SHA256 in hexadecimal, keyed with the secret's own bytes, nothing left to `check`.

    A scheme made of it says `name`, `headers`, `identity` and `unit`, and has `read` and `write`; it
    overrides what differs.
    """

    name: str
    headers: tuple[str, ...]
    identity: Identity
    unit: Unit | None
    key_form: str = "any text"
    foreign: tuple[tuple[str, str], ...] = ()
    """Beginnings that no secret of this scheme has: what each is, and what to take instead."""

    def new_secret(self) -> str:
        """43 characters of 32 random bytes: as many as SHA-256 gives, RFC 2104's advice."""
        from secrets import token_urlsafe  # here, since verifying never needs it

        return token_urlsafe(32)

    def mac(self, secret: Secret) -> Mac:
        """The key is the secret's own bytes."""
        return hmac_sha256(self.own_bytes(secret))

    def own_bytes(self, secret: Secret) -> bytes:
        """The secret's bytes, unless it begins as something else does.

        Raises:
            BadConfiguration: it does; the sentence says what it is.
        """
        for beginning, what in self.foreign:
            if secret.reveal().startswith(beginning.encode()):
                raise secret.wrong(f"begins with {beginning}: that is {what}")
        return secret.reveal()

    def check(self, headers: Headers) -> None:
        """Nothing: `read` applies the whole grammar."""

    def message_id(self, signed: bytes) -> str | None:
        """None: no id is signed."""
        return None
