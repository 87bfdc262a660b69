"""The example of a scheme of one's own signs and verifies as Ghost does."""

from __future__ import annotations

import hashlib
import hmac
import runpy
from pathlib import Path
from typing import Any

import pytest

from hookproof import VerificationError, Verifier
from hookproof.schemes import Scheme
from hookproof.testing import SECRET, FixedClock, forge, forgeries, signed_headers

FILE = Path(__file__).parents[2] / "examples" / "schemes" / "ghost.py"
GHOST: Scheme = runpy.run_path(str(FILE))["Ghost"]()
BODY = '{"post": {"title": "Überprüft 🎉"}}'.encode()


def _as_ghost_does(body: bytes, milliseconds: int) -> dict[str, str]:
    """As its `webhook-trigger.js` has it: HMAC-SHA256 over the body's text and `Date.now()`."""
    made = hmac.new(SECRET.encode(), body + str(milliseconds).encode(), hashlib.sha256)
    return {"X-Ghost-Signature": f"sha256={made.hexdigest()}, t={milliseconds}"}


def test_it_reads_and_writes_what_ghost_does() -> None:
    clock = FixedClock()
    headers = _as_ghost_does(BODY, clock() // 1_000_000)
    delivery = Verifier(GHOST, secrets=SECRET, clock=clock).verify(BODY, headers)

    assert headers == signed_headers(BODY, scheme=GHOST, clock=clock)
    assert ("ghost", 0.0, 64) == (delivery.scheme, delivery.age, len(delivery.signature_id or ""))


@pytest.mark.parametrize("kind", forgeries(GHOST))
def test_it_refuses_what_any_scheme_refuses(kind: str) -> None:
    forged = forge(kind, scheme=GHOST, clock=FixedClock())
    code: Any = None
    try:
        Verifier(GHOST, secrets=SECRET, clock=FixedClock()).verify(forged.body, forged.headers)
    except VerificationError as refused:
        code = refused.code

    assert forged.code == code


def test_it_is_short() -> None:
    lines = FILE.read_text().partition("class Ghost")[2].splitlines()

    assert len([line for line in lines if line.strip()]) <= 15
