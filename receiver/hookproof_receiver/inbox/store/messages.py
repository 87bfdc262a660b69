"""Writing down messages, and what requests show of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from hookproof_runtime.database import Driver

from ...identity import Asked, Decision
from ..arrival import Arrival
from ..endpoint import Endpoint
from .leasing import NOT_TRIED, Claimed, Settled
from .rows import Row, insert
from .tables import messages

_INSERT = """
INSERT INTO hookproof_messages (
  id, endpoint, method, target, headers, body, digest, link, signed_ms, guid, flags, state, owner,
  attempts, promised_ms, tries, due_ms, status, created_ms, updated_ms
)"""
_GUID = "UPDATE hookproof_messages SET guid = coalesce(guid, ?), link = NULL WHERE id = ?"
_ONE = messages.c.id == bindparam("message_id")
_ADOPT = (
    update(messages)
    .where(_ONE)
    .values({name: bindparam("new_" + name) for name in ("headers", "body", "digest", "signed_ms")})
)
_FLAG = update(messages).where(_ONE).values(flags=bindparam("new_flags"))
_FLAGS = select(messages.c.flags).where(_ONE)


def insert_new(
    driver: Driver,
    message_id: str,
    endpoint: Endpoint,
    arrival: Arrival,
    asked: Asked,
    decision: Decision,
    owner: str,
    now_ms: int,
) -> Claimed | None:
    """Write down a new message: with its lease taken, or acknowledged, for which None is returned."""
    row = row_of(message_id, endpoint, arrival, asked, decision, owner, now_ms)
    insert_rows(driver, [row])
    if endpoint.acknowledges:
        return None
    return Claimed(
        message_id,
        endpoint.path,
        arrival.method,
        arrival.target,
        arrival.headers,
        arrival.body,
        1,
        decision.flags,
    )


def row_of(
    message_id: str,
    endpoint: Endpoint,
    arrival: Arrival,
    asked: Asked,
    decision: Decision,
    owner: str,
    now_ms: int,
) -> Row:
    """A new message as it is to be inserted. It needs no turn, so it can be made before one is had."""
    if endpoint.handler is None:
        state, held_by, attempts, promised_ms, due_ms, status = "kept", None, 0, None, None, 200
    elif endpoint.mode == "inbox":
        state, held_by, attempts, promised_ms, due_ms, status = "pending", None, 0, now_ms, now_ms, None
    else:
        state, held_by, attempts, promised_ms, due_ms, status = "running", owner, 1, None, None, None
    return (
        message_id,
        endpoint.path,
        arrival.method,
        arrival.target,
        json.dumps(arrival.headers),
        arrival.body,
        asked.digest,
        _link(asked),
        asked.signed_ms,
        asked.guid if decision.binds_guid else None,
        json.dumps(decision.flags) if decision.flags else "[]",
        state,
        held_by,
        attempts,
        promised_ms,
        0 if promised_ms is None else NOT_TRIED,
        due_ms,
        status,
        now_ms,
        now_ms,
    )


def insert_rows(driver: Driver, rows: Sequence[Row]) -> None:
    """Insert new messages."""
    insert(driver, _INSERT, rows)


def as_inserted(message_id: str, endpoint: Endpoint) -> Settled:
    """Where a new message stands that has just been acknowledged."""
    if endpoint.handler is None:
        return Settled(message_id, "kept", None, False, 200, b"", "application/json", None, None)
    return Settled(message_id, "pending", None, True, 0, b"", "application/json", None, None)


def found_by(
    connection: Connection, driver: Driver, message_id: str, asked: Asked, decision: Decision
) -> None:
    """Note on a known message what a request has shown of it: its GUID, and what is odd."""
    if decision.binds_guid:
        driver.execute(_GUID, (asked.guid, message_id))
    if decision.flags:
        _add_flags(connection, message_id, decision.flags)


def adopt(connection: Connection, message_id: str, arrival: Arrival, asked: Asked) -> None:
    """Let a message hold the body and headers of this request instead of those it held."""
    connection.execute(
        _ADOPT,
        {
            "message_id": message_id,
            "new_headers": json.dumps(arrival.headers),
            "new_body": arrival.body,
            "new_digest": asked.digest,
            "new_signed_ms": asked.signed_ms,
        },
    )


def _add_flags(connection: Connection, message_id: str, flags: Iterable[str]) -> None:
    before = json.loads(connection.execute(_FLAGS, {"message_id": message_id}).scalar_one())
    after = [*before, *(flag for flag in flags if flag not in before)]
    if after != before:
        connection.execute(_FLAG, {"message_id": message_id, "new_flags": json.dumps(after)})


def _link(asked: Asked) -> str | None:
    """Where rule 3 looks: what has a key or a GUID is found by that."""
    return asked.digest if asked.key is None and asked.guid is None else None
