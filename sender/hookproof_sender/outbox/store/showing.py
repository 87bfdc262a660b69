"""Reading what the outbox shows."""

from __future__ import annotations

from typing import Any

from hookproof_runtime.database import Connection

from ...wire.attempt_json import from_json
from ..kept import Filters, Kept
from ..private import of_private
from ..state import State

_COLUMNS = """
SELECT id, state, task, method, target, guid, attempts, attempts_allowed, due_ms, lease_ms, owner,
    status, cause, verify_tls, private, created_ms, updated_ms, body
FROM hookproof_outbox
"""
_HISTORY = "SELECT record FROM hookproof_outbox_attempts WHERE message_id = :id ORDER BY number"
_COUNTS = "SELECT state, count(*) FROM hookproof_outbox GROUP BY state"


def find(
    connection: Connection, filters: Filters, *, limit: int, newest_first: bool = True
) -> list[Kept]:
    """The messages that are meant, without their attempts."""
    where, place = narrow(filters)
    order = "DESC" if newest_first else "ASC"
    statement = f"{_COLUMNS} WHERE {where} ORDER BY id {order} LIMIT :most"
    return [_kept(row, ()) for row in connection.exec_driver_sql(statement, {**place, "most": limit})]


def show(connection: Connection, message_id: str) -> Kept | None:
    """One message with its attempts."""
    row = connection.exec_driver_sql(_COLUMNS + "WHERE id = :id", {"id": message_id}).first()
    if row is None:
        return None
    records = connection.exec_driver_sql(_HISTORY, {"id": message_id})
    return _kept(row, tuple(from_json(record[0]) for record in records))


def counts(connection: Connection) -> dict[State, int]:
    """How many messages there are in each state that has any."""
    return {row[0]: row[1] for row in connection.exec_driver_sql(_COUNTS)}


def narrow(filters: Filters) -> tuple[str, dict[str, Any]]:
    """A condition and its values."""
    terms = ["1 = 1"]
    place: dict[str, Any] = {}
    for column, values in ("id", filters.ids), ("state", filters.states):
        if values is not None:
            names = [f"{column}{number}" for number in range(len(values))]
            terms.append(f"{column} IN ({', '.join(':' + name for name in names)})")
            place |= dict(zip(names, values, strict=True))
    for name, value, term in (
        ("target", filters.target, "instr(target, :target) > 0"),
        ("task", filters.task, "task = :task"),
        ("guid", filters.guid, "guid = :guid"),
        ("since_ms", filters.since_ms, "created_ms >= :since_ms"),
        ("until_ms", filters.until_ms, "created_ms < :until_ms"),
    ):
        if value is not None:
            terms.append(term)
            place[name] = value
    return " AND ".join(terms), place


def _kept(row: Any, history: tuple[Any, ...]) -> Kept:
    fields = {name: value for name, value in row._mapping.items() if name != "private"}
    fields["verify_tls"] = bool(row.verify_tls)
    signed = None if row.private is None else bool(of_private(row.private)[2])
    return Kept(**fields, signed=signed, history=history)
