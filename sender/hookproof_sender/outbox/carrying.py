"""Sending one message in the foreground: until it has its outcome, or somebody else has it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random

from hookproof_runtime.database import Busy

from ..wire import Attempt
from .leased import Leased, TakenOver
from .outbox import Beside, Outbox
from .state import State

Wait = Callable[[float], bool]
"""Waits that many seconds; True where it was cut short, and nothing more is to be sent."""


def carry(
    outbox: Outbox,
    leased: Leased,
    make: Callable[[Leased], Attempt],
    *,
    rng: Random,
    wait: Wait,
    tell: Callable[[Attempt], None],
    beside: Beside | None = None,
) -> tuple[State, list[Attempt]]:
    """Make the attempts of a message that is leased for the next one.

    Args:
        outbox: where it is on record.
        leased: the message.
        make: makes one attempt.
        rng: where delays come from.
        wait: waits between attempts.
        tell: told of each attempt when it is on record.
        beside: writes in the transaction of each attempt's end.

    Returns:
        Where the message stands, and the attempts that were made here. `pending` where it was cut
        short, and then anybody may go on with it.

    Raises:
        HookproofError: the database cannot be used.
    """
    attempts: list[Attempt] = []
    while True:
        try:
            attempt, step = outbox.finish_attempt(leased, make(leased), rng, beside)
            attempts.append(attempt)
            tell(attempt)
            if step.state != "pending" or attempt.cause == "interrupted":
                return step.state, attempts
            assert step.delay_s is not None
            if wait(step.delay_s):
                with suppress(Busy):  # then it is free when its lease has run out
                    outbox.let_go(leased)
                return "pending", attempts
            leased = outbox.go_on(leased)
        except TakenOver:
            kept = outbox.show(leased.id)
            return kept.state if kept else "cancelled", attempts
