"""The outbox's records, for whoever looks after them: it leases nothing, and sends nothing."""

from __future__ import annotations

from dataclasses import replace

from hookproof.clock import Clock

from .changeable import REMOVED
from .kept import ALL, Filters, Kept
from .state import State
from .storage import Storage
from .store import changing, showing


class Ledger:
    """What the outbox of a database holds: shown, counted, and changed by hand.

    Args:
        storage: the database.
        clock: the wall clock.
    """

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self.storage = storage
        """The database, for what is recorded in one transaction with a message."""
        self._clock = clock

    def find(
        self,
        filters: Filters = ALL,
        *,
        limit: int = 100,
        newest_first: bool = True,
        after: str | None = None,
    ) -> list[Kept]:
        """Messages, without their bodies and attempts.

        Args:
            filters: which of them.
            limit: how many at the most.
            newest_first: in which order.
            after: go on behind this id; None begins.
        """
        with self.storage.reading() as connection:
            return showing.find(
                connection, filters, limit=limit, newest_first=newest_first, after=after
            )

    def show(self, message_id: str) -> Kept | None:
        """One message with its body and attempts; None where there is none of that id."""
        with self.storage.reading() as connection:
            return showing.show(connection, message_id)

    def changes(self, since_ms: int) -> list[Kept]:
        """Messages that something happened to at this time or later, in that order; as `find`.

        What is recorded in a transaction of the caller's appears when that commits, with the time at
        which it was recorded.
        """
        with self.storage.reading() as connection:
            return showing.changes(connection, since_ms)

    def counts(self, filters: Filters = ALL) -> dict[State, int]:
        """How many messages there are in each state that has any."""
        with self.storage.reading() as connection:
            return showing.counts(connection, filters)

    def retry(self, filters: Filters) -> list[str]:
        """Make failed, unknown and waiting messages due now, with all their retries and their own GUID.

        Returns:
            Their ids. What the filters mean in any other state is left as it is.
        """
        with self.storage.writing() as connection:
            return changing.retry(connection, filters, self.now_ms())

    def cancel(self, filters: Filters) -> list[str]:
        """End failed, unknown and waiting messages; their ids. What is in flight is left."""
        with self.storage.writing() as connection:
            return changing.cancel(connection, filters, self.now_ms())

    def prune(self, filters: Filters, *, older_than: float) -> list[str]:
        """Remove messages that neither wait nor are in flight, and their attempts.

        Args:
            filters: which of them; those delivered and cancelled, where they name no state.
            older_than: seconds since anything happened to them.

        Returns:
            Their ids.
        """
        filters = replace(
            filters,
            states=filters.states or REMOVED,
            updated_before_ms=self.now_ms() - round(older_than * 1000),
        )
        with self.storage.writing() as connection:
            return changing.prune(connection, filters)

    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        return self._clock() // 1_000_000
