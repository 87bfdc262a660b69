"""Writing messages, and what identifies them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ...identity import Asked, Decision, State, guid_value, key_value, signature_value
from ..arrival import Arrival
from ..endpoint import Endpoint
from ..outcome import Outcome
from .tables import identities, messages

_INSERT = insert(messages)
_BIND = insert(identities)
_ONE = messages.c.id == bindparam("message_id")
_CLAIM = (
    update(messages)
    .where(_ONE)
    .values(
        state="running",
        owner=bindparam("new_owner"),
        attempts=messages.c.attempts + 1,
        tries=messages.c.tries + bindparam("own_try"),
        due_ms=None,
        updated_ms=bindparam("now_ms"),
    )
    .returning(
        messages.c.endpoint,
        messages.c.method,
        messages.c.headers,
        messages.c.body,
        messages.c.attempts,
        messages.c.flags,
    )
)
_ADOPT = (
    update(messages)
    .where(_ONE)
    .values({name: bindparam("new_" + name) for name in ("headers", "body", "digest", "signed_ms")})
)
_FLAG = update(messages).where(_ONE).values(flags=bindparam("new_flags"))
_FLAGS = select(messages.c.flags).where(_ONE)
_GUID = update(messages).where(_ONE).values(guid=func.coalesce(messages.c.guid, bindparam("new_guid")))
_PROMISE = (
    update(messages)
    .where(_ONE, messages.c.state == "running", messages.c.promised_ms.is_(None))
    .values(promised_ms=bindparam("now_ms"))
)
_HELD = select(messages.c.promised_ms, messages.c.tries).where(
    _ONE,
    messages.c.state == "running",
    messages.c.owner == bindparam("held_by"),
    messages.c.attempts == bindparam("attempt"),
)
_END = (
    update(messages)
    .where(_ONE)
    .values(
        state=bindparam("new_state"),
        owner=None,
        due_ms=bindparam("new_due_ms"),
        status=bindparam("new_status"),
        answer=bindparam("new_answer"),
        answer_type=bindparam("new_answer_type"),
        error=bindparam("new_error"),
        updated_ms=bindparam("now_ms"),
    )
)
_SETTLED = select(
    messages.c.id,
    messages.c.state,
    messages.c.owner,
    messages.c.promised_ms,
    messages.c.status,
    messages.c.answer,
    messages.c.answer_type,
).where(_ONE)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process has the lease of, as a handler is to get it."""

    id: str
    endpoint: str
    method: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    attempt: int
    """Which start of a handler this is: 1 or more. The fence: no other start has this number."""
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What a run that ends has to know of its message."""

    promised: bool
    tries: int
    """How often the receiver has started it by itself."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a message stands, with its answer as far as there is one."""

    id: str
    state: State
    owner: str | None
    promised: bool
    status: int
    """0 where no run has ended."""
    body: bytes = field(repr=False)
    content_type: str


def insert_new(
    connection: Connection,
    message_id: str,
    endpoint: Endpoint,
    arrival: Arrival,
    asked: Asked,
    flags: tuple[str, ...],
    owner: str,
    now_ms: int,
) -> Claimed | None:
    """Write down a new message, with its lease taken; None where there is no handler: it is kept."""
    kept = endpoint.handler is None
    connection.execute(
        _INSERT,
        {
            "id": message_id,
            "endpoint": endpoint.path,
            "method": arrival.method,
            "target": arrival.target,
            "headers": json.dumps(arrival.headers),
            "body": arrival.body,
            "digest": asked.digest,
            "signed_ms": asked.signed_ms,
            "flags": json.dumps(flags),
            "state": "kept" if kept else "running",
            "owner": None if kept else owner,
            "attempts": 0 if kept else 1,
            "tries": 0,
            "status": 200 if kept else None,
            "created_ms": now_ms,
            "updated_ms": now_ms,
        },
    )
    if kept:
        return None
    return Claimed(message_id, endpoint.path, arrival.method, arrival.headers, arrival.body, 1, flags)


def bind(
    connection: Connection,
    message_id: str,
    endpoint: Endpoint,
    asked: Asked,
    decision: Decision,
    now_ms: int,
) -> None:
    """Let the parts of a request lead to its message from now on, and add its flags."""
    values = [
        value
        for wanted, value in (
            (decision.binds_key, key_value(asked.key)),
            (decision.binds_signature, signature_value(asked.signature)),
            (decision.binds_guid, guid_value(asked.guid)),
        )
        if wanted
    ]
    if values:
        row = {"endpoint": endpoint.path, "message_id": message_id, "created_ms": now_ms}
        connection.execute(_BIND, [row | {"value": value} for value in values])
    if decision.binds_guid:
        connection.execute(_GUID, {"message_id": message_id, "new_guid": asked.guid})
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


def claim(
    connection: Connection, message_id: str, owner: str, now_ms: int, *, own_try: bool = False
) -> Claimed:
    """Take the lease of a message that nobody runs.

    Args:
        connection: inside the transaction in which it was found so.
        message_id: which.
        owner: this process's id.
        now_ms: the time.
        own_try: the receiver starts it by itself.
    """
    row = connection.execute(
        _CLAIM,
        {"message_id": message_id, "new_owner": owner, "own_try": int(own_try), "now_ms": now_ms},
    ).one()
    return Claimed(
        id=message_id,
        endpoint=row.endpoint,
        method=row.method,
        headers=_pairs(row.headers),
        body=row.body,
        attempt=row.attempts,
        flags=tuple(json.loads(row.flags)),
    )


def promise(connection: Connection, message_id: str, now_ms: int) -> None:
    """Mark a message that still runs as the receiver's own; does nothing to one that ended."""
    connection.execute(_PROMISE, {"message_id": message_id, "now_ms": now_ms})


def held(connection: Connection, message_id: str, owner: str, attempt: int) -> Held | None:
    """What the holder of a lease has; None where the lease is somebody else's by now."""
    row = connection.execute(
        _HELD, {"message_id": message_id, "held_by": owner, "attempt": attempt}
    ).one_or_none()
    return None if row is None else Held(row.promised_ms is not None, row.tries)


def end(
    connection: Connection, message_id: str, outcome: Outcome, due_ms: int | None, now_ms: int
) -> None:
    """Write down how a run ended, and give its lease back."""
    connection.execute(
        _END,
        {
            "message_id": message_id,
            "new_state": outcome.state,
            "new_due_ms": due_ms,
            "new_status": outcome.status,
            "new_answer": outcome.body,
            "new_answer_type": outcome.content_type,
            "new_error": outcome.error,
            "now_ms": now_ms,
        },
    )


def settled(connection: Connection, message_id: str) -> Settled:
    """Where a message stands."""
    row = connection.execute(_SETTLED, {"message_id": message_id}).one()
    return Settled(
        id=message_id,
        state=cast(State, row.state),
        owner=row.owner,
        promised=row.promised_ms is not None,
        status=row.status or 0,
        body=row.answer or b"",
        content_type=row.answer_type or "application/json",
    )


def _add_flags(connection: Connection, message_id: str, flags: Iterable[str]) -> None:
    before = json.loads(connection.execute(_FLAGS, {"message_id": message_id}).scalar_one())
    after = [*before, *(flag for flag in flags if flag not in before)]
    if after != before:
        connection.execute(_FLAG, {"message_id": message_id, "new_flags": json.dumps(after)})


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))
