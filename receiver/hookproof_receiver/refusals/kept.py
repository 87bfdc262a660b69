"""What is kept of a refused request: enough to explain it later, and no credential."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from hookproof.explain import Explanation

from .refusal import Refusal

MOST_BODY = 256 * 1024
"""Bytes; of a longer body the length and the digest are kept."""
_CREDENTIALS = ("authorization", "proxy-authorization", "cookie")


@dataclass(frozen=True, slots=True)
class Record:
    """A kept refusal in short."""

    id: str
    """`dlv_…`."""
    endpoint: str
    """The path."""
    method: str
    target: str
    """The path, percent-decoded as WSGI hands it on, and the query as it came."""
    scheme: str
    """The name of the endpoint's scheme, then."""
    code: str
    """What it was refused with."""
    sentence: str
    """Why, in the verifier's words."""
    cause: str | None
    """The first line of its explanation; None where that was not made when it came."""
    received_ns: int
    """When it was judged: Unix time in nanoseconds."""
    body_bytes: int
    body_sha256: str
    """64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept refusal, whole."""

    record: Record
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """In their order; credentials without their values."""
    body: bytes | None = field(repr=False)
    """None where it was longer than is kept."""


def kept(refusal: Refusal, explanation: Explanation | None) -> Kept:
    """Take from a refusal what is kept of it."""
    record = Record(
        id=refusal.id,
        endpoint=refusal.endpoint,
        method=refusal.method,
        target=refusal.target,
        scheme=refusal.verifier.scheme.name,
        code=refusal.code,
        sentence=refusal.sentence,
        cause=None if explanation is None else cause_of(explanation),
        received_ns=refusal.received_ns,
        body_bytes=len(refusal.body),
        body_sha256=hashlib.sha256(refusal.body).hexdigest(),
    )
    headers = tuple(
        (name, "(not kept)" if name.lower() in _CREDENTIALS else value)
        for name, value in refusal.headers
    )
    return Kept(record, headers, refusal.body if len(refusal.body) <= MOST_BODY else None)


def cause_of(explanation: Explanation) -> str:
    """The explanation in one line, for where the rest of it does not follow."""
    if not explanation.findings:
        return "no cause found: is it the same secret at both ends?"
    return str(explanation).partition("\n")[0]
