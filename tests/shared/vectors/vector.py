"""What a vector is, and the few words in which vectors are said.

Nothing here uses hookproof: what signs is Python's own `hmac`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

HEADER = "X-Webhook-Signature"
SECRET = "hookproof-vector-secret-not-for-production"
NOW = 1_767_225_600_000
"""The receiver's clock where nothing else is said: 2026-01-01T00:00:00Z, in milliseconds."""
T = str(NOW - 1000)
"""When a message was signed where nothing else is said: a second before."""
BODY = b'{"order": 4, "run": "r-17/tell-the-shop"}'


@dataclass(frozen=True, slots=True)
class Vector:
    """One request, and what is to be said of it."""

    comment: str
    flags: tuple[str, ...]
    rule: str
    code: str | None
    """Why it is refused; None where it is good."""
    headers: tuple[tuple[str, str], ...]
    """Name and value, each byte of a value as the character of that number."""
    body: bytes = BODY
    now: int = NOW
    """The receiver's clock: Unix time in milliseconds."""
    tolerance: int = 300
    """Seconds."""
    label: str | None = None
    """The label of the secret that fits."""
    source: str | None = None
    """Who publishes it as an example; None where it was made here."""


@dataclass(frozen=True, slots=True)
class Group:
    """Vectors for a receiver with the same secrets."""

    secrets: tuple[tuple[str, str], ...]
    """Label and text, newest first."""
    vectors: list[Vector] = field(default_factory=list)

    def good(
        self,
        comment: str,
        header: str | tuple[tuple[str, str], ...],
        *flags: str,
        rule: str,
        body: bytes = BODY,
        now: int = NOW,
        tolerance: int = 300,
        name: str = HEADER,
        label: str | None = None,
        more: tuple[tuple[str, str], ...] = (),
        source: str | None = None,
    ) -> None:
        """Add a request that is to be taken."""
        headers = (*(((name, header),) if isinstance(header, str) else header), *more)
        label = label or self.secrets[0][0]
        vector = Vector(comment, flags, rule, None, headers, body, now, tolerance, label, source)
        self.vectors.append(vector)

    def bad(
        self,
        code: str,
        comment: str,
        header: str | tuple[tuple[str, str], ...],
        *flags: str,
        rule: str,
        body: bytes = BODY,
        now: int = NOW,
        tolerance: int = 300,
    ) -> None:
        """Add a request that is to be refused."""
        headers = ((HEADER, header),) if isinstance(header, str) else header
        self.vectors.append(Vector(comment, flags, rule, code, headers, body, now, tolerance))


def mac(message: bytes, key: str | bytes = SECRET, algorithm: str = "sha256") -> str:
    """An HMAC in lower-case hexadecimal."""
    key = key.encode() if isinstance(key, str) else key
    return hmac.new(key, message, algorithm).hexdigest()


def signature(t: str = T, body: bytes = BODY, key: str | bytes = SECRET) -> str:
    """The right signature over a time's text and a body."""
    return mac(t.encode() + b"." + body, key)


def header(t: str = T, body: bytes = BODY, key: str | bytes = SECRET) -> str:
    """The header as the platform is assumed to send it."""
    return f"t={t},sha256={signature(t, body, key)}"


def with_mac(text: str, t: str = T) -> str:
    """A header with anything in the signature's place."""
    return f"t={t},sha256={text}"


def as_bytes(text: str) -> str:
    """A text's UTF-8 bytes, each as the character of that number: how a server hands them on."""
    return text.encode().decode("latin-1")


def sha256(data: bytes) -> str:
    """A plain digest in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
