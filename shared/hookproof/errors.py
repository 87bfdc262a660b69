"""What can go wrong, as one family.

::

    HookproofError                  whatever hookproof raises on purpose
    ├── BadConfiguration            a command, file, secret or setting that cannot be right
    ├── CannotRun                   a port, a store, a missing part: not the caller's doing
    └── VerificationError           the request is refused; `code` says why
        ├── MalformedSignature      no signature that could be read
        ├── SignatureMismatch       read, and made by nobody who holds the secret
        └── StaleDelivery           authentic, and outside the tolerance; carries the `delivery`

Hostile input ends in a `VerificationError` and in nothing else. No message, attribute or
representation here holds a secret, a body or a signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .delivery import Delivery

RefusalCode = Literal[
    "missing_header",
    "duplicate_header",
    "malformed_header",
    "duplicate_element",
    "too_many_signatures",
    "bad_timestamp",
    "no_match",
    "too_old",
    "too_new",
]
"""Every reason to refuse, from the closed list of PROTOCOL.md. A code never changes its meaning."""


class HookproofError(Exception):
    """Whatever hookproof raises on purpose."""


class BadConfiguration(HookproofError, ValueError):
    """A command, file, secret or setting that cannot be right; the sentence says what to change."""


class CannotRun(HookproofError):
    """What was asked is right and cannot be done: the port is taken, the store cannot be written."""


class VerificationError(HookproofError):
    """The request is refused.

    Args:
        code: the stable reason.
        sentence: for the operator's eyes; holds no secret, body or signature.
    """

    def __init__(self, code: RefusalCode, sentence: str, *more: object) -> None:
        super().__init__(code, sentence, *more)  # all in `args`, or no copy could be made
        self.code: RefusalCode = code
        self.sentence: str = sentence

    def __str__(self) -> str:
        return self.sentence


class MalformedSignature(VerificationError):
    """There is no signature header, or none that the scheme's grammar can read."""


class SignatureMismatch(VerificationError):
    """No secret that was tried makes the signature that came with the request."""


class StaleDelivery(VerificationError):
    """The signature is good, and its time lies outside the tolerance.

    Args:
        code: `too_old` or `too_new`.
        sentence: says by how much.
        delivery: the authentic delivery, so that one wrong clock does not lose a message.
    """

    def __init__(self, code: RefusalCode, sentence: str, delivery: Delivery) -> None:
        super().__init__(code, sentence, delivery)
        self.delivery: Delivery = delivery
