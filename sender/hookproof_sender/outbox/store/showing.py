"""Reading what the outbox shows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hookproof_runtime.database import Connection

from ...wire import from_json, masked_headers
from ..kept import Filters, Kept
from ..private import of_private
from ..state import State
from .named import named

_COLUMNS = """
    id, state, task, method, target, guid, attempts, attempts_allowed, due_ms, lease_ms, owner, status,
    cause, verify_tls, created_ms, updated_ms, length(body) AS body_bytes
"""
_ONE = f"SELECT {_COLUMNS}, body, private FROM hookproof_outbox WHERE id = :id"  # noqa: S608
_HISTORY = "SELECT record FROM hookproof_outbox_attempts WHERE message_id = :id ORDER BY number"
_CHANGES = f"""
SELECT {_COLUMNS} FROM hookproof_outbox WHERE updated_ms >= :since_ms ORDER BY updated_ms, id
"""  # noqa: S608


def find(
    connection: Connection,
    filters: Filters,
    *,
    limit: int,
    newest_first: bool = True,
    after: str | None = None,
) -> list[Kept]:
    """The messages that are meant, without their bodies and attempts.

    Args:
        connection: a transaction.
        filters: which ones.
        limit: how many at the most.
        newest_first: in which order: that of their ids.
        after: go on behind this id; None begins.
    """
    where, place = narrow(filters)
    order, behind = ("DESC", "<") if newest_first else ("ASC", ">")
    if after is not None:
        where += f" AND id {behind} :after"
        place["after"] = after
    statement = f"SELECT {_COLUMNS} FROM hookproof_outbox WHERE {where} ORDER BY id {order} LIMIT :most"  # noqa: S608
    return [_kept(row) for row in connection.exec_driver_sql(statement, {**place, "most": limit})]


def show(connection: Connection, message_id: str) -> Kept | None:
    """One message, whole."""
    row = connection.exec_driver_sql(_ONE, {"id": message_id}).first()
    if row is None:
        return None
    records = connection.exec_driver_sql(_HISTORY, {"id": message_id})
    history = tuple(from_json(record[0]) for record in records)
    if row.private is None:
        return replace(_kept(row), body=row.body, history=history)
    _, headers, places = of_private(row.private)
    return replace(
        _kept(row),
        body=row.body,
        signed=bool(places),
        headers=masked_headers(headers),
        history=history,
    )


def changes(connection: Connection, since_ms: int) -> list[Kept]:
    """The messages that something happened to at this time or later, in that order."""
    return [_kept(row) for row in connection.exec_driver_sql(_CHANGES, {"since_ms": since_ms})]


def counts(connection: Connection, filters: Filters) -> dict[State, int]:
    """How many messages there are in each state that has any."""
    where, place = narrow(filters)
    statement = f"SELECT state, count(*) FROM hookproof_outbox WHERE {where} GROUP BY state"  # noqa: S608
    return {row[0]: row[1] for row in connection.exec_driver_sql(statement, place)}


def narrow(filters: Filters) -> tuple[str, dict[str, Any]]:
    """A condition and its values."""
    terms = ["1 = 1"]
    place: dict[str, Any] = {}
    for column, values in ("id", filters.ids), ("state", filters.states):
        if values is not None and not values:
            terms.append("1 = 0")  # `IN ()` is not SQL everywhere
        elif values is not None:
            names, values_by_name = named(values, column)
            terms.append(f"{column} IN ({names})")
            place |= values_by_name
    for name, value, term in (
        ("target", _pattern(filters.target), "lower(target) LIKE lower(:target) ESCAPE '!'"),
        ("task", filters.task, "task = :task"),
        ("guid", filters.guid, "guid = :guid"),
        ("since_ms", filters.since_ms, "created_ms >= :since_ms"),
        ("until_ms", filters.until_ms, "created_ms < :until_ms"),
        ("updated_before_ms", filters.updated_before_ms, "updated_ms < :updated_before_ms"),
    ):
        if value is not None:
            terms.append(term)
            place[name] = value
    return " AND ".join(terms), place


def _pattern(text: str | None) -> str | None:
    return None if text is None else "%" + re.sub("([!%_])", r"!\1", text) + "%"


def _kept(row: Any) -> Kept:
    fields = {name: value for name, value in row._mapping.items() if name not in ("body", "private")}
    return Kept(**fields | {"verify_tls": bool(row.verify_tls)})
