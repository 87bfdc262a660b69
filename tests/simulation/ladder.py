"""The functions that are put to the proof, so that a test can plant a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.network import Request

from hookproof_receiver.identity import Asked, Decision, Found, Rules, ask, decide, wants_link


def ask_of(rules: Rules, request: Request, stale: bool) -> Asked:
    """What a request says of itself, by the real reading of its body and proof."""
    attempt = request.attempt
    return ask(rules, attempt.body, attempt.delivery, request.guid, stale=stale)


@dataclass(frozen=True, slots=True)
class Ladder:
    """What decides; the receiver's own unless a test says otherwise."""

    ask: Callable[[Rules, Request, bool], Asked] = ask_of
    wants_link: Callable[[Asked, Found, Rules], bool] = wants_link
    decide: Callable[[Asked, Found, Rules], Decision] = decide


REAL = Ladder()
