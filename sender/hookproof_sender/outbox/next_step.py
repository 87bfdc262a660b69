"""What follows an attempt."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from ..wire import Attempt, delay
from ..wire.profiles import is_retried, pause_asked
from .leased import Leased
from .state import State


class Step(NamedTuple):
    """Where a message stands after an attempt."""

    state: State
    """`pending` where another attempt follows."""
    delay_s: float | None = None
    """Seconds until that one is due; None where none follows."""


def after(attempt: Attempt, leased: Leased, rng: Random) -> Step:
    """Decide what follows.

    An attempt whose outcome is not known (its process was stopped or died) is made again at once, with
    the GUID; where no retry is left, nobody can say what became of the message.

    Args:
        attempt: how it went.
        leased: the message as it was when the attempt began.
        rng: where delays come from.
    """
    if attempt.succeeded:
        return Step("delivered")
    left = leased.allowed - attempt.number
    if attempt.cause in ("interrupted", "lost"):
        return Step("pending", 0.0) if left > 0 else Step("unknown")
    terms = leased.terms
    if left <= 0 or not is_retried(terms.profile, attempt):
        return Step("failed")
    retry = leased.outgoing.max_retries - left + 1
    pause = delay(retry, rng, base=terms.retry_base, cap=terms.retry_cap)
    return Step("pending", max(pause, pause_asked(terms.profile, attempt)))
