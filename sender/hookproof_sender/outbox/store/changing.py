"""What a person changes in the outbox: retry, cancel, prune."""

from __future__ import annotations

from hookproof_runtime.database import Connection

from ..kept import Filters
from .showing import narrow

# A new round of attempts, under the same GUID; a fence of its own, so that whoever held it lets go.
_RETRY = """
UPDATE hookproof_outbox
SET state = 'pending', attempts_allowed = attempts + max_retries + 1, fence = fence + 1, owner = NULL,
    lease_ms = NULL, due_ms = :now_ms, updated_ms = :now_ms
WHERE state IN ('failed', 'unknown', 'pending') AND
"""
_CANCEL = """
UPDATE hookproof_outbox
SET state = 'cancelled', fence = fence + 1, owner = NULL, lease_ms = NULL, due_ms = NULL,
    private = NULL, updated_ms = :now_ms
WHERE state IN ('failed', 'unknown', 'pending') AND
"""
_PRUNE_ATTEMPTS = "DELETE FROM hookproof_outbox_attempts WHERE message_id IN (SELECT id FROM "
_PRUNABLE = "state NOT IN ('pending', 'in_flight') AND updated_ms < :before_ms AND "


def retry(connection: Connection, filters: Filters, now_ms: int) -> int:
    """Make messages due now, with all their attempts anew; how many there were."""
    where, place = narrow(filters)
    return connection.exec_driver_sql(_RETRY + where, {**place, "now_ms": now_ms}).rowcount


def cancel(connection: Connection, filters: Filters, now_ms: int) -> int:
    """End messages that wait; how many there were."""
    where, place = narrow(filters)
    return connection.exec_driver_sql(_CANCEL + where, {**place, "now_ms": now_ms}).rowcount


def prune(connection: Connection, filters: Filters, before_ms: int) -> int:
    """Remove messages that nothing happened to since a time; how many there were."""
    where, place = narrow(filters)
    place |= {"before_ms": before_ms}
    chosen = f"hookproof_outbox WHERE {_PRUNABLE}{where}"
    connection.exec_driver_sql(f"{_PRUNE_ATTEMPTS}{chosen})", place)
    return connection.exec_driver_sql(f"DELETE FROM {chosen}", place).rowcount  # noqa: S608  (no value in it)
