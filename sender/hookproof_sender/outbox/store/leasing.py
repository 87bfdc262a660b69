"""Taking messages to send them, and giving them back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from hookproof_runtime.database import Connection

from ...wire import Outgoing
from ..leased import Leased, Terms
from ..private import of_private
from .named import named

# One step of the index for each endpoint, however many messages wait there.
_ENDPOINTS = """
WITH RECURSIVE lanes(endpoint) AS (
    SELECT min(endpoint) FROM hookproof_outbox WHERE state = 'pending'
    UNION ALL
    SELECT (
        SELECT min(endpoint) FROM hookproof_outbox
        WHERE state = 'pending' AND endpoint > lanes.endpoint
    ) FROM lanes WHERE lanes.endpoint IS NOT NULL
)
SELECT endpoint, (
    SELECT min(due_ms) FROM hookproof_outbox o WHERE o.state = 'pending' AND o.endpoint = lanes.endpoint
) FROM lanes WHERE endpoint IS NOT NULL
"""
_DUE = """
SELECT id, length(body), attempts_allowed - attempts FROM hookproof_outbox
WHERE state = 'pending' AND endpoint = :endpoint AND due_ms <= :now_ms
    AND (lease_ms IS NULL OR lease_ms <= :now_ms)
ORDER BY due_ms LIMIT :most
"""
_TAKE = """
UPDATE hookproof_outbox
SET state = 'in_flight', attempts = attempts + 1, fence = fence + 1, owner = :owner,
    lease_ms = :lease_ms, due_ms = NULL, updated_ms = :now_ms
WHERE id = :id
"""
_TAKEN = """
SELECT id, task, method, body, verify_tls, max_retries, terms, private, guid, attempts,
    attempts_allowed, fence, lease_ms
FROM hookproof_outbox WHERE id IN ({})
"""
_GO_ON = """
UPDATE hookproof_outbox
SET state = 'in_flight', attempts = attempts + 1, fence = fence + 1, lease_ms = :lease_ms,
    due_ms = NULL, updated_ms = :now_ms
WHERE id = :id AND fence = :fence AND state = 'pending'
"""
_GIVE_BACK = """
UPDATE hookproof_outbox
SET state = 'pending', attempts = attempts - 1, owner = NULL, lease_ms = NULL, due_ms = :now_ms,
    updated_ms = :now_ms
WHERE id = :id AND fence = :fence AND state = 'in_flight'
"""
_LET_GO = """
UPDATE hookproof_outbox SET owner = NULL, lease_ms = NULL
WHERE id = :id AND fence = :fence AND state = 'pending'
"""
_RENEW = """
UPDATE hookproof_outbox SET lease_ms = :lease_ms
WHERE id = :id AND fence = :fence AND state = 'in_flight'
"""
_ANY_EXPIRED = (
    "SELECT 1 FROM hookproof_outbox WHERE state = 'in_flight' AND lease_ms <= :now_ms LIMIT 1"
)
_ANY_LEFT = """
SELECT EXISTS (SELECT 1 FROM hookproof_outbox WHERE state = 'pending')
    OR EXISTS (SELECT 1 FROM hookproof_outbox WHERE state = 'in_flight')
"""
_EXPIRED = """
SELECT id FROM hookproof_outbox WHERE state = 'in_flight' AND lease_ms <= :now_ms LIMIT 500
"""


def endpoints(connection: Connection) -> list[tuple[str, int]]:
    """Endpoints that messages wait for, each with the time when its first one is due."""
    return [(str(row[0]), int(row[1])) for row in connection.exec_driver_sql(_ENDPOINTS)]


def take(
    connection: Connection,
    endpoint: str,
    *,
    owner: str,
    now_ms: int,
    lease_ms: int,
    room: int,
    ahead: int,
    most_bytes: int,
) -> list[Leased]:
    """Lease messages of an endpoint that are due, those first that have been for longest.

    Args:
        owner: the process that leases them.
        room: how many can be sent at once.
        ahead: how many more to take for later; not such as have one attempt left, whose outcome nobody
            would know if the process died meanwhile.
        most_bytes: no more bytes of bodies than this, beyond the first message.
    """
    place = {"endpoint": endpoint, "now_ms": now_ms, "most": room + ahead}
    ids: list[str] = []
    size = 0
    for message_id, length, left in connection.exec_driver_sql(_DUE, place):
        if len(ids) >= room and left <= 1:
            continue
        size += length
        if ids and size > most_bytes:
            break
        ids.append(message_id)
    if not ids:
        return []
    lease = {"owner": owner, "lease_ms": lease_ms, "now_ms": now_ms}
    connection.exec_driver_sql(_TAKE, [{"id": one, **lease} for one in ids])
    taken = {one.id: one for one in read(connection, ids)}
    return [taken[one] for one in ids]


def go_on(connection: Connection, held: Leased, *, now_ms: int, lease_ms: int) -> bool:
    """Begin the next attempt of a message that is held through its pause. False where it was lost."""
    place = {"id": held.id, "fence": held.fence, "now_ms": now_ms, "lease_ms": lease_ms}
    return connection.exec_driver_sql(_GO_ON, place).rowcount == 1


def give_back(connection: Connection, messages: Iterable[Leased], now_ms: int) -> None:
    """Give back what was leased and not sent: its attempt was none."""
    rows = [{"id": one.id, "fence": one.fence, "now_ms": now_ms} for one in messages]
    if rows:
        connection.exec_driver_sql(_GIVE_BACK, rows)


def let_go(connection: Connection, held: Leased) -> None:
    """Hold a pending message no longer: a worker may take it when it is due."""
    connection.exec_driver_sql(_LET_GO, {"id": held.id, "fence": held.fence})


def renew(connection: Connection, messages: Iterable[Leased], lease_ms: int) -> int:
    """Move the end of leases, where they are still what they were; how many are."""
    rows = [{"id": one.id, "fence": one.fence, "lease_ms": lease_ms} for one in messages]
    if not rows:
        return 0
    return connection.exec_driver_sql(_RENEW, rows if len(rows) > 1 else rows[0]).rowcount


def any_expired(connection: Connection, now_ms: int) -> bool:
    """Whether a lease ran out in the middle of an attempt."""
    return connection.exec_driver_sql(_ANY_EXPIRED, {"now_ms": now_ms}).first() is not None


def any_left(connection: Connection) -> bool:
    """Whether a message waits or is in flight."""
    return bool(connection.exec_driver_sql(_ANY_LEFT).scalar())


def expired(connection: Connection, now_ms: int) -> list[Leased]:
    """Messages whose lease ran out in the middle of an attempt."""
    rows = connection.exec_driver_sql(_EXPIRED, {"now_ms": now_ms}).fetchall()
    return read(connection, [row[0] for row in rows])


def lease_one(
    connection: Connection, message_id: str, *, owner: str, now_ms: int, lease_ms: int
) -> Leased:
    """Lease a message that waits, for its next attempt."""
    place = {"id": message_id, "owner": owner, "lease_ms": lease_ms, "now_ms": now_ms}
    connection.exec_driver_sql(_TAKE, place)
    (taken,) = read(connection, [message_id])
    return taken


def read(connection: Connection, ids: Sequence[str]) -> list[Leased]:
    """Messages with all that an attempt needs, in any order; not such as are finished."""
    names, place = named(ids)
    return [_leased(row) for row in connection.exec_driver_sql(_TAKEN.format(names), place)]


def _leased(row: Any) -> Leased:
    url, headers, places = of_private(row.private)
    return Leased(
        id=row.id,
        outgoing=Outgoing(
            name=row.task,
            method=row.method,
            url=url,
            headers=headers,
            body=row.body,
            verify_tls=bool(row.verify_tls),
            max_retries=row.max_retries,
        ),
        places=places,
        terms=_terms(row.terms),
        guid=row.guid,
        number=row.attempts,
        allowed=row.attempts_allowed,
        fence=row.fence,
        lease_ms=row.lease_ms,
    )


@lru_cache(maxsize=64)
def _terms(text: str) -> Terms:
    return Terms(**cast(dict[str, Any], json.loads(text)))
