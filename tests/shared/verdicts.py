"""Asking a verifier whose clock stands still."""

from __future__ import annotations

from tests.shared.vectors.form import Form, Pairs
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET

from hookproof import Scheme, VerificationError, Verifier
from hookproof.headers import Headers
from hookproof.keys import Secrets


def verdict(
    body: bytes,
    header: str | Headers,
    *,
    secrets: Secrets = SECRET,
    scheme: str | Scheme = "http-task",
    now: int = NOW,
    tolerance: float = 300,
) -> str | None:
    """Why this request is refused; None where it is taken.

    Args:
        body: the raw body.
        header: the signature header's value, or all headers.
        secrets: what the receiver holds.
        scheme: what it verifies by.
        now: the receiver's clock, Unix time in milliseconds.
        tolerance: seconds.
    """
    verifier = Verifier(scheme, secrets=secrets, tolerance=tolerance, clock=lambda: now * 1_000_000)
    try:
        verifier.verify(body, {HEADER: header} if isinstance(header, str) else header)
    except VerificationError as refused:
        return refused.code
    return None


def verdict_in(form: Form, headers: Pairs, body: bytes = BODY, *, now: int = NOW) -> str | None:
    """As `verdict`, of a receiver of this form's scheme and usual secret."""
    return verdict(body, headers, secrets=form.secret, scheme=form.name, now=now)
