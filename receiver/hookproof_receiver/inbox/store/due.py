"""Finding what the receiver has to run by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy import Connection, bindparam, func, select

from .tables import messages

_OF_ENDPOINT = messages.c.endpoint == bindparam("endpoint")
_DUE = (
    select(messages.c.due_ms, messages.c.id, messages.c.endpoint)
    .where(_OF_ENDPOINT, messages.c.due_ms <= bindparam("now_ms"))
    .order_by(messages.c.due_ms, messages.c.id)
    .limit(bindparam("most"))
)
_NEXT = select(func.min(messages.c.due_ms)).where(_OF_ENDPOINT, messages.c.due_ms.is_not(None))
_LEASED = select(messages.c.id, messages.c.endpoint, messages.c.owner, messages.c.attempts).where(
    messages.c.owner.is_not(None)
)


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A message that the receiver has to run."""

    due_ms: int
    """Since when."""
    id: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that is on record as running."""

    id: str
    endpoint: str
    owner: str
    attempt: int


def due(connection: Connection, endpoints: Iterable[str], now_ms: int, most: int) -> list[Due]:
    """The messages of these endpoints that have been due for longest, at most so many."""
    found = (
        Due(*row)
        for endpoint in endpoints
        for row in connection.execute(_DUE, {"endpoint": endpoint, "now_ms": now_ms, "most": most})
    )
    return nsmallest(most, found)


def next_due_ms(connection: Connection, endpoints: Iterable[str]) -> int | None:
    """When the next of these endpoints' messages is due."""
    found = (connection.execute(_NEXT, {"endpoint": endpoint}).scalar() for endpoint in endpoints)
    return min((int(one) for one in found if one is not None), default=None)


def leased(connection: Connection) -> list[Leased]:
    """Messages that are on record as running."""
    return [
        Leased(row.id, row.endpoint, row.owner, row.attempts) for row in connection.execute(_LEASED)
    ]
