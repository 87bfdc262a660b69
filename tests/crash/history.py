"""What happened to every message, and what in it breaks the promise.

A message is known by its *key*, which stands in its body, and so in the outbox, at the receiver, and in
the effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the outbox has it."""

    key: str
    state: str
    guid: str
    retries: int
    """How many it may have."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the receiver proved."""

    key: str
    guid: str | None
    status: int | None
    """None where the receiver was killed before it knew."""


@dataclass(frozen=True, slots=True)
class History:
    """All that is known when nothing is under way any more."""

    begun: Set[str]
    """Keys of messages that somebody set out to record."""
    recorded: Set[str]
    """Keys of those whose recording was confirmed."""
    told: Mapping[str, str] = field(default_factory=dict)
    """The outcome that whoever sent a message was told, by key."""
    outbox: tuple[Row, ...] = ()
    requests: tuple[Request, ...] = ()
    effects: tuple[str, ...] = ()
    """A key for each time that a message had its effect."""


def problems(history: History) -> list[str]:
    """Everything that must not be, a sentence each; none where the promise was kept."""
    return [*_lost(history), *_doubled(history), *_invented(history), *_mixed_up(history)]


def _lost(history: History) -> Iterator[str]:
    rows = {row.key: row for row in history.outbox}
    effects = set(history.effects)
    for key in sorted(history.recorded - rows.keys()):
        yield f"lost: {key} was recorded, and is not in the outbox"
    for row in history.outbox:
        if row.state in ("pending", "in_flight"):
            yield f"lost: {row.key} is still {row.state}"
        elif row.retries and row.state != "delivered":
            yield f"lost: {row.key} had retries, and ended as {row.state}"
        if row.state == "delivered" and row.key not in effects:
            yield f"lost: {row.key} counts as delivered, and had no effect"
    for request in history.requests:
        if request.status is not None and request.status < 300 and request.key not in effects:
            yield f"lost: {request.key} was acknowledged, and had no effect"
    for key, outcome in history.told.items():
        if outcome == "delivered" and (key not in rows or rows[key].state != "delivered"):
            yield f"lost: {key} was called delivered, and is not so on record"


def _doubled(history: History) -> Iterator[str]:
    for key, count in Counter(history.effects).items():
        if count > 1:
            yield f"doubled: {key} had {count} effects"
    for key, count in Counter(row.key for row in history.outbox).items():
        if count > 1:
            yield f"doubled: {key} is in the outbox {count} times"


def _invented(history: History) -> Iterator[str]:
    rows = {row.key for row in history.outbox}
    sent = set(history.effects) | {request.key for request in history.requests}
    for key in sorted((sent | rows) - history.begun):
        yield f"invented: nobody set out to record {key}"
    for key in sorted(sent - rows):
        yield f"invented: {key} was sent, and is not on record"


def _mixed_up(history: History) -> Iterator[str]:
    """Retries carry their message's own GUID, whichever process sends them."""
    rows = {row.key: row for row in history.outbox}
    for request in history.requests:
        row = rows.get(request.key)
        if row and request.guid not in (None, row.guid):
            yield f"mixed up: {request.key} came with a GUID of another message"
    bare = Counter(request.key for request in history.requests if request.guid is None)
    for key, count in bare.items():
        if count > 1:  # a first attempt may be late, and there is one
            yield f"mixed up: {key} came {count} times without its GUID"
