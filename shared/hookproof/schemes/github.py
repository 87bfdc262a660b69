"""GitHub: `X-Hub-Signature-256: sha256=<hex>`, over the body alone.

Rules P-GH-1 to P-GH-6 of PROTOCOL.md. Source: docs.github.com, "Validating webhook deliveries".
"""

from __future__ import annotations

import re
from hmac import digest

from ..headers import Headers, one
from ..keys import Secret
from .digests import is_hex
from .hmac_scheme import WHSEC, HmacScheme
from .refusals import unreadable
from .scheme import Identity, Mac, Reading, Ring
from .times import Unit

_OTHER = "an access token: take the text that was typed as the webhook's secret"

_is_sha1 = re.compile(r"[0-9a-f]{40}", re.ASCII).fullmatch


class GitHub(HmacScheme):
    """GitHub's webhooks. Nothing but the body is signed: no time, and no message's identity.

    Args:
        legacy_sha1: the older `X-Hub-Signature: sha1=<hex>` instead, for senders that have no other.
            By name: `github-sha1`.
    """

    identity: Identity = "none"
    unit: Unit | None = None
    foreign: tuple[tuple[str, str], ...] = (
        *WHSEC,
        ("github_pat_", _OTHER),
        ("ghp_", _OTHER),
        ("gho_", _OTHER),
        ("ghs_", _OTHER),
        ("ghu_", _OTHER),
    )

    def __init__(self, legacy_sha1: bool = False) -> None:
        self.legacy_sha1: bool = legacy_sha1
        self.name: str = "github-sha1" if legacy_sha1 else "github"
        self.headers: tuple[str, ...] = ("X-Hub-Signature" if legacy_sha1 else "X-Hub-Signature-256",)
        self._element = "sha1=" if legacy_sha1 else "sha256="
        self._digits = 40 if legacy_sha1 else 64

    def mac(self, secret: Secret) -> Mac:
        """The key is the secret's own bytes."""
        if not self.legacy_sha1:
            return super().mac(secret)
        key = self.own_bytes(secret)
        return lambda signed, body: digest(key, signed + body, "sha1").hex()

    def read(self, headers: Headers) -> Reading:
        """Read the one header."""
        value = one(headers, self.headers[0])
        text = value.removeprefix(self._element)
        is_digest = _is_sha1 if self.legacy_sha1 else is_hex
        if text is value or not is_digest(text):
            reason = f"it is {self._element} and {self._digits} lower-case hexadecimal digits"
            raise unreadable(self.headers[0], reason)
        return None, b"", (text,)

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        """Sign with the newest secret."""
        mac, _ = ring[0]
        return {self.headers[0]: self._element + mac(b"", body)}

    def __repr__(self) -> str:
        return f"GitHub(legacy_sha1={self.legacy_sha1!r})"
