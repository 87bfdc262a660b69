"""Removing what is old, a little at a time: choosing reads, and removing looks once more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select, text, update

from hookproof_runtime.ids import first_id

from ..kept import Filters
from .narrowing import of_messages
from .tables import apart, deliveries, identities, messages

_BODY_KEPT = text("hookproof_messages.pruned_bytes IS NULL")
_ALONE = text("hookproof_deliveries.message_id IS NULL")


def bodies(
    connection: Connection, filters: Filters, before_ms: int, *, after: str, limit: int
) -> list[tuple[str, int]]:
    """Messages whose bodies are to go, oldest first: id and bytes."""
    statement = (
        select(messages.c.id, func.length(messages.c.body))
        .where(*of_messages(filters), *_old(before_ms), _BODY_KEPT, messages.c.id > after)
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def remove_bodies(
    connection: Connection, ids: Iterable[str], filters: Filters, before_ms: int
) -> list[tuple[str, int]]:
    """Remove headers and bodies; id and bytes of those messages where it was done."""
    statement = (
        update(messages)
        .where(messages.c.id.in_(list(ids)), *of_messages(filters), *_old(before_ms), _BODY_KEPT)
        .values(pruned_bytes=func.length(messages.c.body), body=b"", headers="[]")
        .returning(messages.c.id, messages.c.pruned_bytes)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def whole(
    connection: Connection,
    filters: Filters,
    before_ms: int,
    requests_ms: int,
    *,
    after: str,
    limit: int,
) -> list[tuple[str, int, int]]:
    """Messages that are to go altogether, oldest first: id, bytes, and how many requests they have."""
    count = (
        select(func.count())
        .where(deliveries.c.message_id == messages.c.id)
        .correlate(messages)
        .scalar_subquery()
    )
    statement = (
        select(messages.c.id, func.length(messages.c.body), count)
        .where(
            *of_messages(filters), *_old(before_ms), _not_asked_for(requests_ms), messages.c.id > after
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def remove_whole(
    connection: Connection, ids: Iterable[str], filters: Filters, before_ms: int, requests_ms: int
) -> list[str]:
    """Remove messages with what identifies them and their requests; the ids of those that are gone.

    What is left of one message goes in one transaction: an identity without it, or it without an
    identity, would let a retry have a second effect.
    """
    chosen = select(messages.c.id).where(
        messages.c.id.in_(list(ids)),
        *of_messages(filters),
        *_old(before_ms),
        _not_asked_for(requests_ms),
    )
    gone = list(connection.execute(chosen).scalars())
    if gone:
        requests = select(deliveries.c.id).where(deliveries.c.message_id.in_(gone))
        connection.execute(delete(apart).where(apart.c.delivery_id.in_(requests)))
        connection.execute(delete(deliveries).where(deliveries.c.message_id.in_(gone)))
        connection.execute(delete(identities).where(identities.c.message_id.in_(gone)))
        connection.execute(delete(messages).where(messages.c.id.in_(gone)))
    return gone


def remove_requests(connection: Connection, message_id: str, limit: int) -> int:
    """Remove the oldest requests of a message that is to go; how many that were."""
    oldest = (
        select(deliveries.c.id)
        .where(deliveries.c.message_id == message_id)
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    gone = list(connection.execute(oldest).scalars())
    connection.execute(delete(apart).where(apart.c.delivery_id.in_(gone)))
    return connection.execute(delete(deliveries).where(deliveries.c.id.in_(gone))).rowcount


def kept_apart(
    connection: Connection, before_ms: int, *, after: str, limit: int
) -> list[tuple[str, int]]:
    """Requests that are kept apart no longer, oldest first: id and bytes."""
    statement = (
        select(apart.c.delivery_id, func.length(apart.c.body))
        .where(apart.c.delivery_id > after, apart.c.delivery_id < first_id("dlv", before_ms))
        .order_by(apart.c.delivery_id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def remove_apart(connection: Connection, ids: Iterable[str]) -> int:
    """Remove requests that are kept apart, and their records where they belong to no message."""
    chosen = list(ids)
    count = connection.execute(delete(apart).where(apart.c.delivery_id.in_(chosen))).rowcount
    alone = delete(deliveries).where(deliveries.c.id.in_(chosen), _ALONE)
    connection.execute(alone)
    return count


def remove_alone(connection: Connection, before_ms: int, limit: int) -> int:
    """Remove records of requests that belong to no message and were not kept; how many that were."""
    chosen = (
        select(deliveries.c.id)
        .where(
            _ALONE,
            deliveries.c.id < first_id("dlv", before_ms),
            ~exists().where(apart.c.delivery_id == deliveries.c.id),
        )
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    return connection.execute(delete(deliveries).where(deliveries.c.id.in_(chosen))).rowcount


def _old(before_ms: int) -> tuple[Any, ...]:
    # What was recorded later than that was changed later, too: the ids are an index to go by.
    return (messages.c.id < first_id("msg", before_ms), messages.c.updated_ms < before_ms)


def _not_asked_for(since_ms: int) -> Any:
    return ~exists().where(
        deliveries.c.message_id == messages.c.id, deliveries.c.id >= first_id("dlv", since_ms)
    )
