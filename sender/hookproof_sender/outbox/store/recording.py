"""Writing messages down."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from hookproof_runtime.database import Connection

from ..leased import Leased, Terms
from ..private import to_private

_INSERT = """
INSERT INTO hookproof_outbox (
    id, state, task, method, target, endpoint, body, verify_tls, max_retries, terms, private, guid,
    attempts, attempts_allowed, fence, owner, lease_ms, due_ms, created_ms, updated_ms
) VALUES (
    :id, :state, :task, :method, :target, :endpoint, :body, :verify_tls, :max_retries, :terms, :private,
    :guid, :attempts, :attempts_allowed, :fence, :owner, :lease_ms, :due_ms, :created_ms, :created_ms
)
"""

_INSERT_ONCE = _INSERT + "ON CONFLICT (id) DO NOTHING"

_TOUCH = "UPDATE hookproof_outbox SET state = state WHERE 1 = 0"


def touch(connection: Connection) -> None:
    """Change nothing, as a writer: a database that can only be read fails here, and not at BEGIN."""
    connection.exec_driver_sql(_TOUCH)


def insert(
    connection: Connection | sqlite3.Connection,
    messages: Iterable[Leased],
    *,
    targets: Iterable[str],
    owner: str | None,
    now_ms: int,
    once: bool = False,
) -> None:
    """Record messages, within whosever transaction this is.

    Args:
        connection: SQLAlchemy's, or sqlite3's own.
        messages: what to record.
        targets: their URLs as they may be shown.
        owner: who sends them at once, under the messages' leases; None where they wait for a worker.
        now_ms: Unix time in milliseconds.
        once: leave those as they are whose id is on record already.
    """
    statement = _INSERT_ONCE if once else _INSERT
    rows = [_row(one, target, owner, now_ms) for one, target in zip(messages, targets, strict=True)]
    if isinstance(connection, sqlite3.Connection):
        connection.executemany(statement, rows)
    else:
        connection.exec_driver_sql(statement, rows if len(rows) > 1 else rows[0])


@lru_cache(maxsize=64)  # those of a sender are the same for all its messages
def _written(terms: Terms) -> str:
    return json.dumps(asdict(terms))


def _row(one: Leased, target: str, owner: str | None, now_ms: int) -> dict[str, Any]:
    outgoing = one.outgoing
    return {
        "id": one.id,
        "state": "pending" if owner is None else "in_flight",
        "task": outgoing.name,
        "method": outgoing.method,
        "target": target,
        "endpoint": one.endpoint,
        "body": outgoing.body,
        "verify_tls": outgoing.verify_tls,
        "max_retries": outgoing.max_retries,
        "terms": _written(one.terms),
        "private": to_private(outgoing, one.places),
        "guid": one.guid,
        "attempts": 0 if owner is None else one.number,
        "attempts_allowed": one.allowed,
        "fence": one.fence,
        "owner": owner,
        "lease_ms": None if owner is None else one.lease_ms,
        "due_ms": now_ms if owner is None else None,
        "created_ms": now_ms,
    }
