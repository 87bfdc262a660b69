"""Running a handler once more because somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable

from hookproof import Delivery
from hookproof.clock import Clock
from hookproof_runtime.database import Connection

from .endpoint import Endpoint
from .outcome import Outcome
from .running import LeaseLost, Run
from .store import leasing, rerunning
from .store.leasing import Claimed, Settled

Note = Callable[[Connection, Outcome], None]
"""Writes down the outcome, in the transaction that ends the run."""


class Rerun(Run):
    """A run by hand.

    Args:
        endpoint: whose handler runs.
        claimed: the message, taken.
        delivery: the proof, where there is one.
        finished: whether it was finished before: then it has no lease, and stays finished.
        note: told of the outcome within the transaction that ends the run.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        claimed: Claimed,
        delivery: Delivery | None,
        *,
        finished: bool,
        note: Note,
    ) -> None:
        super().__init__(endpoint, claimed, delivery, None)
        self._finished = finished
        self._note = note

    def _write(self, connection: Connection, outcome: Outcome, owner: str, clock: Clock) -> Settled:
        if not self._finished:
            settled = super()._write(connection, outcome, owner, clock)
        else:
            claimed = self.claimed
            now_ms = clock() // 1_000_000
            if not rerunning.end_finished(connection, claimed.id, claimed.attempt, outcome, now_ms):
                raise LeaseLost("somebody else has run it since")
            settled = leasing.settled(connection, claimed.id)
        self._note(connection, outcome)
        return settled
