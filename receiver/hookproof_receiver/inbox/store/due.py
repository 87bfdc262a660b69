"""Finding what the receiver has to run by itself."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, func, select

from .tables import messages

_ENDPOINTS = messages.c.endpoint.in_(bindparam("endpoints", expanding=True))
_DUE = (
    select(messages.c.id)
    .where(_ENDPOINTS, messages.c.due_ms <= bindparam("now_ms"))
    .order_by(messages.c.due_ms)
    .limit(1)
)
_NEXT = select(func.min(messages.c.due_ms)).where(_ENDPOINTS)
_LEASED = select(messages.c.id, messages.c.owner, messages.c.attempts).where(
    messages.c.owner.is_not(None)
)


def due(connection: Connection, endpoints: Collection[str], now_ms: int) -> str | None:
    """The message of these endpoints that has been due for longest; None where none is."""
    found = connection.execute(_DUE, {"endpoints": list(endpoints), "now_ms": now_ms}).scalar()
    return None if found is None else str(found)


def next_due_ms(connection: Connection, endpoints: Collection[str]) -> int | None:
    """When the next of these endpoints' messages is due."""
    found = connection.execute(_NEXT, {"endpoints": list(endpoints)}).scalar()
    return None if found is None else int(found)


def leased(connection: Connection) -> list[tuple[str, str, int]]:
    """Messages that are on record as running: id, owner and attempt."""
    return [(row.id, row.owner, row.attempts) for row in connection.execute(_LEASED)]
