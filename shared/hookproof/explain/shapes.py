"""What came and what was wanted, in a form that gives nothing away."""

from __future__ import annotations

import hashlib
import re

from ..headers import GUID_HEADER
from ..keys import Secret
from ..schemes import Scheme
from .guesses import header_value
from .material import Pairs, shown

_SIGNED = {
    "http-task": "the text of t, a dot, the body",
    "stripe": "the text of t, a dot, the body",
    "standard-webhooks": "webhook-id, a dot, webhook-timestamp, a dot, the body",
    "github": "the body",
    "github-sha1": "the body",
    "slack": "v0:, the timestamp, a colon, the body",
}
_DIGEST_SHOWN = 12  # hexadecimal digits of the body's SHA-256: enough to compare two ends by eye
_PLAIN = ("content-type", "content-length", "content-encoding", "user-agent")


def received(body: bytes, pairs: Pairs, scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """Lengths, the beginning of the body's digest, and the form of the headers that bear on it."""
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST_SHOWN]
    facts = [("body", f"{len(body)} bytes, SHA-256 {digest}…")]
    wanted = {name.lower() for name in (*scheme.headers, GUID_HEADER)}
    for name, value in pairs:
        if name.lower() in wanted:
            facts.append((shown(name), shape(value)))
    for name in _PLAIN[:3]:
        value = header_value(pairs, name)
        if value:
            facts.append((name, shape(value) if name == "content-length" else shown(value)))
    return tuple(facts[:12])


def expected(
    scheme: Scheme, secrets: tuple[Secret, ...], tolerance_s: float | None
) -> tuple[tuple[str, str], ...]:
    """What the scheme signs and with how many secrets; never the signature itself."""
    labels = ", ".join(f'"{secret.label}"' for secret in secrets if secret.label)
    facts = [
        ("headers", ", ".join(scheme.headers)),
        ("signed", _SIGNED.get(scheme.name, "as the scheme says")),
        ("secrets", f"{len(secrets)}" + (f": {labels}" if labels else "")),
    ]
    if scheme.unit is not None:
        facts.append(("tolerance", "unlimited" if tolerance_s is None else f"{tolerance_s:g} s"))
    return tuple(facts)


def shape(value: str) -> str:
    """A value with every long run of letters and digits replaced by its length and kind."""

    def run(match: re.Match[str]) -> str:
        text = match.group()
        if text.isdecimal():
            return f"<{len(text)} digits>"
        if re.fullmatch("[0-9a-f]+", text):
            return f"<{len(text)} lower-case hex>"
        if re.fullmatch("[0-9a-fA-F]+", text):
            return f"<{len(text)} hex, upper case in it>"
        return f"<{len(text)} characters>"

    text = re.sub(r"[0-9A-Za-z+/_-]{9,}", run, value[:600])
    return "".join(c if " " <= c < "\x7f" else "?" for c in text)[:200]
