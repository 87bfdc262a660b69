"""Who runs a message, and how that ended."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, bindparam, select, update

from ...identity import State
from ..endpoint import Endpoint
from ..outcome import Outcome
from .tables import messages

NOT_TRIED = -1
"""Of `tries`: the first start of what was acknowledged unrun is no retry."""

_ONE = messages.c.id == bindparam("message_id")
CLAIMED = (
    messages.c.endpoint,
    messages.c.method,
    messages.c.target,
    messages.c.headers,
    messages.c.body,
    messages.c.attempts,
    messages.c.flags,
)
"""What `claimed_of` is made of."""
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
    .returning(*CLAIMED)
)
_PROMISE = (
    update(messages)
    .where(_ONE, messages.c.state == "running", messages.c.promised_ms.is_(None))
    .values(promised_ms=bindparam("now_ms"))
)
_TAKE_ON = (
    update(messages)
    .where(_ONE)
    .values(
        state="pending",
        owner=None,
        promised_ms=bindparam("now_ms"),
        tries=NOT_TRIED,
        due_ms=bindparam("now_ms"),
    )
)
_KEEP = update(messages).where(_ONE).values(state="kept", owner=None, due_ms=None, status=200)
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
_PUT_BACK = (
    update(messages)
    .where(_ONE)
    .values(
        state="pending",
        owner=None,
        tries=messages.c.tries - 1,
        due_ms=bindparam("new_due_ms"),
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
    messages.c.error,
    messages.c.due_ms,
).where(_ONE)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process has the lease of, as a handler is to get it."""

    id: str
    endpoint: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    attempt: int
    """Which start of a handler this is: 1 or more. The fence: no other start has this number."""
    flags: tuple[str, ...]
    due_ms: int | None = None
    """When it was due, where the receiver starts it by itself."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a run that ends has to know of its message."""

    promised: bool
    tries: int
    """How often the receiver has started it again by itself."""


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
    error: str | None
    due_ms: int | None


def claim(
    connection: Connection, message_id: str, owner: str, now_ms: int, *, due_ms: int | None = None
) -> Claimed:
    """Take the lease of a message that nobody runs.

    Args:
        connection: inside the transaction in which it was found so.
        message_id: which.
        owner: this process's id.
        now_ms: the time.
        due_ms: since when it is due, where the receiver starts it by itself.
    """
    row = connection.execute(
        _CLAIM,
        {
            "message_id": message_id,
            "new_owner": owner,
            "own_try": int(due_ms is not None),
            "now_ms": now_ms,
        },
    ).one()
    return claimed_of(message_id, row, due_ms)


def claimed_of(message_id: str, row: Any, due_ms: int | None = None) -> Claimed:
    """A message as its lease's holder has it: of the columns `CLAIMED`."""
    return Claimed(
        id=message_id,
        endpoint=row.endpoint,
        method=row.method,
        target=row.target,
        headers=_pairs(row.headers),
        body=row.body,
        attempt=row.attempts,
        flags=tuple(json.loads(row.flags)),
        due_ms=due_ms,
    )


def take_on(connection: Connection, message_id: str, endpoint: Endpoint, now_ms: int) -> None:
    """Have a message that failed wait for a worker, or be kept where there is no handler (any more)."""
    statement = _KEEP if endpoint.handler is None else _TAKE_ON
    values = {} if endpoint.handler is None else {"now_ms": now_ms}
    connection.execute(statement, {"message_id": message_id, **values})


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


def put_back(connection: Connection, message_id: str, due_ms: int, error: str, now_ms: int) -> None:
    """Give the lease of a message back as if it had not been started."""
    connection.execute(
        _PUT_BACK,
        {"message_id": message_id, "new_due_ms": due_ms, "new_error": error, "now_ms": now_ms},
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
        error=row.error,
        due_ms=row.due_ms,
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))
