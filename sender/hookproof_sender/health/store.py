"""The statements of this room, on a database as `hookproof doctor` opens it: by no engine."""

from __future__ import annotations

import sqlite3
from collections import Counter


def states(connection: sqlite3.Connection) -> Counter[str]:
    """How many messages there are in each state."""
    return Counter(
        dict(connection.execute("SELECT state, count(*) FROM hookproof_outbox GROUP BY state"))
    )


def abandoned(connection: sqlite3.Connection, now_ms: int) -> list[str]:
    """Messages in flight whose lease has run out, the oldest first."""
    rows = connection.execute(
        "SELECT id FROM hookproof_outbox WHERE state = 'in_flight' AND lease_ms < ? ORDER BY id",
        (now_ms,),
    )
    return [message_id for (message_id,) in rows]


def due(connection: sqlite3.Connection, before_ms: int) -> tuple[int, int | None]:
    """How many messages were due before, and when the first of them was."""
    ((number, first),) = connection.execute(
        "SELECT count(*), min(due_ms) FROM hookproof_outbox WHERE state = 'pending' AND due_ms < ?",
        (before_ms,),
    )
    return number, first


def removable(connection: sqlite3.Connection, before_ms: int) -> int:
    """How many messages that are over nothing happened to since."""
    ((number,),) = connection.execute(
        "SELECT count(*) FROM hookproof_outbox "
        "WHERE state IN ('delivered', 'cancelled') AND updated_ms < ?",
        (before_ms,),
    )
    return int(number)
