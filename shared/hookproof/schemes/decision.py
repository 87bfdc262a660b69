"""The one decision: is this signature good? All that says yes or no, or why, comes from here."""

from __future__ import annotations

from hmac import compare_digest
from typing import TypeAlias

from ..errors import SignatureMismatch
from ..headers import Headers
from .scheme import Ring, Scheme

Decision: TypeAlias = tuple[str, int | None, bytes]
"""Of a good signature: the label of the secret that matched, the time of signing in nanoseconds (None
where the scheme has none), and the signed bytes before the body."""


def decide(scheme: Scheme, ring: Ring, body: bytes, headers: Headers) -> Decision:
    """Judge a signature; its age is judged after, so that an outsider learns nothing of our clock.

    Every key of the ring is tried against every signature of the header, each in constant time.

    Raises:
        MalformedSignature: the headers cannot be read.
        SignatureMismatch: no key makes any of the signatures.
    """
    signed_ns, prefix, signatures = scheme.read(headers)
    for mac, label in ring:
        expected = mac(prefix, body)
        for signature in signatures:
            if compare_digest(expected, signature):
                return label, signed_ns, prefix
    scheme.check(headers)
    raise SignatureMismatch("no_match", _no_match(len(ring), len(body)))


def _no_match(secrets: int, size: int) -> str:
    tried = "the secret" if secrets == 1 else f"any of the {secrets} secrets"
    body = "the empty body" if size == 0 else f"these {size} bytes of body"
    return f"the signature was not made with {tried} over {body}"
