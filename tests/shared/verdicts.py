"""Asking a verifier whose clock stands still."""

from __future__ import annotations

from tests.shared.vectors.vector import HEADER, NOW, SECRET

from hookproof import VerificationError, Verifier
from hookproof.headers import Headers
from hookproof.keys import Secrets


def verdict(
    body: bytes,
    header: str | Headers,
    *,
    secrets: Secrets = SECRET,
    now: int = NOW,
    tolerance: float = 300,
) -> str | None:
    """Why this request is refused; None where it is taken.

    Args:
        body: the raw body.
        header: the signature header's value, or all headers.
        secrets: what the receiver holds.
        now: the receiver's clock, Unix time in milliseconds.
        tolerance: seconds.
    """
    verifier = Verifier(secrets=secrets, tolerance=tolerance, clock=lambda: now * 1_000_000)
    try:
        verifier.verify(body, {HEADER: header} if isinstance(header, str) else header)
    except VerificationError as refused:
        return refused.code
    return None
