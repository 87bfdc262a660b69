"""Ask for an explanation, as a receiver with one secret would."""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from hookproof import Verifier
from hookproof.explain import Explanation
from hookproof.testing import SECRET, FixedClock

NOW_S = 1_767_225_600
TIME = str(NOW_S * 1000)
HEADER = "X-Webhook-Signature"


class Fault(NamedTuple):
    """One request as it was checked, and the codes of the proved findings."""

    body: bytes
    headers: dict[str, str] | list[tuple[str, str]]
    codes: tuple[str, ...]
    scheme: str = "http-task"


def clock() -> FixedClock:
    return FixedClock(NOW_S)


def digest(signed: bytes, key: bytes = SECRET.encode(), hash_name: str = "sha256") -> str:
    return hmac.new(key, signed, hash_name).hexdigest()


def header(
    body: bytes, *, key: bytes = SECRET.encode(), time: str = TIME, separator: bytes = b"."
) -> dict[str, str]:
    """The header of http-task over this body, with at most one thing done otherwise."""
    return {HEADER: f"t={time},sha256={digest(time.encode() + separator + body, key)}"}


def plain(signed: bytes) -> str:
    return hashlib.sha256(signed).hexdigest()


def ask(fault: Fault, *, secrets: str = SECRET, also: tuple[str, ...] = ()) -> Explanation:
    return Verifier(fault.scheme, secrets=secrets, clock=clock()).explain(
        fault.body, fault.headers, also=also
    )


def proved(explanation: Explanation) -> tuple[str, ...]:
    return tuple(finding.code for finding in explanation.findings if finding.proved)


def guessed(explanation: Explanation) -> tuple[str, ...]:
    return tuple(finding.code for finding in explanation.findings if not finding.proved)
