"""What happened in the inbox since the last look, whichever process did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ...inbox import DeliveryFilters, DeliveryRecord, Filters, Ledger, MessageRecord
from ...refusals import Record, RefusalStore

_MOST = 500  # of a kind, in one look
_FOLLOWED = 5000  # messages that are not finished; the oldest are let go
_LATE_MS = 5000  # nothing waits longer than 3 s to be written down
_UNANSWERED_MS = 120_000  # an answer that is not written down by then never is


@dataclass(frozen=True, slots=True)
class Came:
    """A request was judged."""

    delivery: DeliveryRecord
    message: MessageRecord | None


@dataclass(frozen=True, slots=True)
class Left:
    """A request was answered."""

    delivery: DeliveryRecord
    message: MessageRecord | None


@dataclass(frozen=True, slots=True)
class WasRefused:
    """A request was refused by its signature."""

    refusal: Record


@dataclass(frozen=True, slots=True)
class Moved:
    """A message that had been left unfinished stands otherwise."""

    message: MessageRecord


Happening: TypeAlias = Came | Left | WasRefused | Moved
"""What is told of."""


class Follower:
    """Looks what is new; each thing is told once.

    Args:
        ledger: the inbox's records.
        since_ms: what came then or later is told first; None begins with what comes from now on.
    """

    def __init__(self, ledger: Ledger, since_ms: int | None) -> None:
        self._ledger = ledger
        self._refusals = RefusalStore(ledger.engine)
        self._looked_ms = ledger.now_ms() if since_ms is None else since_ms + _LATE_MS
        self._seen = set() if since_ms is not None else set(self._recent())
        self._refused = 0 if since_ms is not None else self._refusals.last_number()
        self._since_ms = since_ms or 0
        self._unanswered: dict[str, DeliveryRecord] = {}
        self._unfinished: dict[str, tuple[str, int]] = {}

    def look(self) -> Iterator[Happening]:
        """What happened since the last look."""
        recent = self._recent()
        fresh = [one for one in recent if one not in self._seen]
        self._seen = set(recent)
        for start in range(0, len(fresh), _MOST):
            wanted = DeliveryFilters(ids=tuple(fresh[start : start + _MOST]))
            found = self._ledger.deliveries(wanted, limit=_MOST, newest_first=False)
            yield from self._tell([one for one in found if one.received_ms >= self._since_ms])
        yield from self._tell_answers()
        yield from self._tell_moves()
        while refused := self._refusals.newer(self._refused, _MOST):
            self._refused = refused[-1][0]
            for _, one in refused:
                # One that was only too old is among the requests, too.
                if one.code not in ("too_old", "too_new") and (
                    one.received_ns // 1_000_000 >= self._since_ms
                ):
                    yield WasRefused(one)

    def _recent(self) -> list[str]:
        """The requests of the last seconds, and those since the look before: they are read again.

        A request is written down some time after it was read. Where the clock is set back, what comes
        is told of once it is as late as it was.
        """
        now_ms = self._ledger.now_ms()
        since_ms = min(self._looked_ms, now_ms) - _LATE_MS
        self._looked_ms = now_ms
        return self._ledger.requests_since(since_ms)

    def _tell(self, fresh: list[DeliveryRecord]) -> Iterator[Happening]:
        messages = self._messages(one.message_id for one in fresh)
        for one in fresh:
            message = messages.get(one.message_id or "")
            yield Came(one, message)
            if one.status is None:
                self._unanswered[one.id] = one
            else:
                yield self._left(one, message)

    def _tell_answers(self) -> Iterator[Happening]:
        waiting = tuple(self._unanswered)[:_MOST]
        if not waiting:
            return
        found = self._ledger.deliveries(DeliveryFilters(ids=waiting), limit=_MOST, newest_first=False)
        answered = [one for one in found if one.status is not None]
        messages = self._messages(one.message_id for one in answered)
        for one in answered:
            yield self._left(one, messages.get(one.message_id or ""))
        late_ms = self._ledger.now_ms() - _UNANSWERED_MS
        known = {one.id for one in found if one.status is None and one.received_ms > late_ms}
        for name in waiting:
            if name not in known:
                del self._unanswered[name]

    def _left(self, delivery: DeliveryRecord, message: MessageRecord | None) -> Left:
        if message is not None and message.state in ("running", "pending", "failed"):
            self._unfinished[message.id] = (message.standing, message.attempts)
            while len(self._unfinished) > _FOLLOWED:
                del self._unfinished[next(iter(self._unfinished))]
        return Left(delivery, message)

    def _tell_moves(self) -> Iterator[Happening]:
        followed = list(self._unfinished)
        for start in range(0, len(followed), _MOST):
            messages = self._messages(iter(followed[start : start + _MOST]))
            for name in followed[start : start + _MOST]:
                message = messages.get(name)
                if message is None:
                    del self._unfinished[name]
                    continue
                stands = (message.standing, message.attempts)
                if stands == self._unfinished[name]:
                    continue
                self._unfinished[name] = stands
                if message.state != "running":
                    yield Moved(message)
                if message.state not in ("running", "pending", "failed"):
                    del self._unfinished[name]

    def _messages(self, ids: Iterator[str | None]) -> dict[str, MessageRecord]:
        wanted = tuple({one for one in ids if one is not None})
        if not wanted:
            return {}
        return {one.id: one for one in self._ledger.find(Filters(ids=wanted), limit=len(wanted))}
