"""The statements of this room."""

from __future__ import annotations

import sqlite3
from collections import Counter

from sqlalchemy import bindparam, column, delete, insert, table

from hookproof_runtime.database import Engine, writing

from ..migrations import VERSION_TABLE

WAITS = 1.0
"""Seconds that a try waits for its turn: less than a message would, so that it is answered in time."""

_VERSION = table(VERSION_TABLE, column("version_num"))
_INSERT = insert(_VERSION)
_DELETE = delete(_VERSION).where(_VERSION.c.version_num == bindparam("mark"))
_MARK = "could this be kept?"


def try_to_keep(engine: Engine) -> None:
    """Commit a transaction that writes, synced as a message's is, and that leaves nothing behind.

    SQLite writes a page that was changed and changed back; it would not write one that an UPDATE left
    as it was.

    Raises:
        Busy: others held the database.
        StorageError: it cannot be written.
    """
    with writing(engine, wait=WAITS) as connection:
        connection.execute(_INSERT, {"version_num": _MARK})
        connection.execute(_DELETE, {"mark": _MARK})


# What follows reads a database as `hookproof doctor` opens it: by no engine.


def states(connection: sqlite3.Connection) -> Counter[str]:
    """How many messages there are in each state."""
    return Counter(
        dict(connection.execute("SELECT state, count(*) FROM hookproof_messages GROUP BY state"))
    )


def refusals(connection: sqlite3.Connection) -> int:
    """How many refused requests are kept."""
    ((number,),) = connection.execute("SELECT count(*) FROM hookproof_refusals")
    return int(number)


def leased(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Messages that are on record as running, each with the process that runs it."""
    return list(connection.execute("SELECT id, owner FROM hookproof_messages WHERE owner IS NOT NULL"))


def parked(connection: sqlite3.Connection) -> list[str]:
    """Messages that were promised and given up, the oldest first."""
    rows = connection.execute(
        "SELECT id FROM hookproof_messages "
        "WHERE state = 'failed' AND promised_ms IS NOT NULL AND due_ms IS NULL ORDER BY id"
    )
    return [message_id for (message_id,) in rows]


def due(connection: sqlite3.Connection, before_ms: int) -> tuple[int, int | None]:
    """How many promised messages were due before, and when the first of them was."""
    ((number, first),) = connection.execute(
        "SELECT count(*), min(due_ms) FROM hookproof_messages WHERE due_ms < ?", (before_ms,)
    )
    return number, first


def newest_ms(connection: sqlite3.Connection) -> int | None:
    """When the newest message came; None where there is none. Ids sort by time."""
    row = connection.execute("SELECT created_ms FROM hookproof_messages ORDER BY id DESC").fetchone()
    return None if row is None else int(row[0])


_POINTERS = (
    ("hookproof_identities", "message_id", "hookproof_messages"),
    ("hookproof_deliveries", "message_id", "hookproof_messages"),
    ("hookproof_apart", "delivery_id", "hookproof_deliveries"),
)


def astray(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """How many rows of a table point to one of another that is not there; none are left out."""
    found = {}
    for name, leads, other in _POINTERS:
        statement = (
            f"SELECT count(*) FROM {name} WHERE {leads} NOT NULL "  # noqa: S608  (names of ours)
            f"AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other}.id = {name}.{leads})"
        )
        ((number,),) = connection.execute(statement)
        if number:
            found[name, other] = int(number)
    return found
