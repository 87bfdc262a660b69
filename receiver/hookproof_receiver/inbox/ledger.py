"""The inbox's records, for whoever looks after them: it starts no thread, and runs no handler."""

from __future__ import annotations

from hookproof.clock import Clock, system_clock
from hookproof_runtime.database import Engine, file_of, reading

from .kept import ALL, ALL_DELIVERIES, DeliveryFilters, Filters
from .leases import is_held, leases_of
from .records import Content, DeliveryRecord, MessageRecord, MessageWhole
from .store import following, showing


class Ledger:
    """What the inbox of a database holds.

    Args:
        engine: a prepared engine whose schema is up to date.
        clock: the wall clock.
    """

    def __init__(self, engine: Engine, clock: Clock = system_clock) -> None:
        self.engine = engine
        self.lock_dir = leases_of(file_of(engine.url))
        """Where the leases are of all processes of this database."""
        self._clock = clock

    def find(
        self,
        filters: Filters = ALL,
        *,
        limit: int = 100,
        newest_first: bool = True,
        after: str | None = None,
    ) -> list[MessageRecord]:
        """Messages.

        Args:
            filters: which of them.
            limit: how many at the most.
            newest_first: in which order.
            after: go on behind this id; None begins.
        """
        with reading(self.engine) as connection:
            return showing.find(
                connection, filters, limit=limit, newest_first=newest_first, after=after
            )

    def deliveries(
        self,
        filters: DeliveryFilters = ALL_DELIVERIES,
        *,
        limit: int = 100,
        newest_first: bool = True,
        after: str | None = None,
    ) -> list[DeliveryRecord]:
        """Requests; as `find`."""
        with reading(self.engine) as connection:
            return showing.find_deliveries(
                connection, filters, limit=limit, newest_first=newest_first, after=after
            )

    def requests_since(self, since_ms: int) -> list[str]:
        """The ids of the requests that were read at this time or later, oldest first."""
        with reading(self.engine) as connection:
            return following.ids_since(connection, since_ms)

    def show(self, message_id: str) -> MessageWhole | None:
        """One message with what is kept of it; None where there is none of that id."""
        with reading(self.engine) as connection:
            return showing.show(connection, message_id)

    def delivery(self, delivery_id: str) -> DeliveryRecord | None:
        """One request; None where there is none of that id."""
        found = self.deliveries(DeliveryFilters(ids=(delivery_id,)), limit=1)
        return found[0] if found else None

    def kept_apart(self, delivery_id: str) -> Content | None:
        """A request that was kept apart, whole; None where it was not, or is no more."""
        with reading(self.engine) as connection:
            return showing.kept_apart(connection, delivery_id)

    def lives(self, owner: str) -> bool:
        """Whether the process with that lease lives."""
        return is_held(self.lock_dir, owner)

    def is_gone(self, message: MessageRecord) -> bool:
        """Whether the process that runs it, as the record says, is gone."""
        return message.owner is not None and not self.lives(message.owner)

    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        return self._clock() // 1_000_000
