"""What changes in the outbox beside sending: retry, cancel, prune, and an effect that was seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hookproof_runtime.database import Connection

from ..changeable import CHANGEABLE, REMOVABLE
from ..kept import Filters
from ..state import State
from .showing import narrow

# A new round of attempts, under the same GUID; a fence of its own, so that whoever held it lets go.
_RETRY = """
UPDATE hookproof_outbox
SET state = 'pending', attempts_allowed = attempts + max_retries + 1, fence = fence + 1, owner = NULL,
    lease_ms = NULL, due_ms = :now_ms, updated_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'failed', 'unknown')
"""
_CANCEL = """
UPDATE hookproof_outbox
SET state = 'cancelled', fence = fence + 1, owner = NULL, lease_ms = NULL, due_ms = NULL,
    private = NULL, updated_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'failed', 'unknown')
"""
_ARRIVED = """
UPDATE hookproof_outbox SET state = 'delivered', private = NULL, updated_ms = :now_ms
WHERE id = :id AND state IN ('failed', 'unknown')
"""
_PRUNE_ATTEMPTS = "DELETE FROM hookproof_outbox_attempts WHERE message_id = :id"
_PRUNE = "DELETE FROM hookproof_outbox WHERE id = :id"


def retry(connection: Connection, filters: Filters, now_ms: int) -> list[str]:
    """Make messages due now, with all their attempts anew; their ids."""
    ids = _chosen(connection, filters, CHANGEABLE)
    _run(connection, _RETRY, ids, now_ms=now_ms)
    return ids


def cancel(connection: Connection, filters: Filters, now_ms: int) -> list[str]:
    """End messages that wait; their ids."""
    ids = _chosen(connection, filters, CHANGEABLE)
    _run(connection, _CANCEL, ids, now_ms=now_ms)
    return ids


def count_as_delivered(connection: Connection, message_id: str, now_ms: int) -> None:
    """Call a message delivered that no attempt is known to have delivered."""
    _run(connection, _ARRIVED, [message_id], now_ms=now_ms)


def prune(connection: Connection, filters: Filters) -> list[str]:
    """Remove messages, and the records of their attempts; their ids."""
    ids = _chosen(connection, filters, REMOVABLE)
    _run(connection, _PRUNE_ATTEMPTS, ids)
    _run(connection, _PRUNE, ids)
    return ids


def _chosen(connection: Connection, filters: Filters, allowed: tuple[State, ...]) -> list[str]:
    wanted = tuple(one for one in filters.states or allowed if one in allowed)
    where, place = narrow(replace(filters, states=wanted))
    statement = f"SELECT id FROM hookproof_outbox WHERE {where} ORDER BY id"  # noqa: S608  (no value in it)
    return [row[0] for row in connection.exec_driver_sql(statement, place)]


def _run(connection: Connection, statement: str, ids: Iterable[str], **place: int) -> None:
    rows = [{"id": one, **place} for one in ids]
    if rows:
        connection.exec_driver_sql(statement, rows)
