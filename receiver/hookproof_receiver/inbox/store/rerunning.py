"""Running a message by hand: taking it, and what stays of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from ...identity import FINISHED, Asked, State, key_value, signature_value
from ..outcome import Outcome
from ..records import Content, DeliveryRecord
from .leasing import CLAIMED, Claimed, claimed_of
from .tables import deliveries, identities, messages

REPLAYED = "replayed"
"""The flag of a message that was run by hand."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message that is made by hand, of a request that made none."""

    id: str
    endpoint: str
    method: str
    target: str
    content: Content
    signed_ms: int | None
    guid: str | None
    """Written down alone: it leads to nothing."""
    links: bool
    """Whether rule 3 may take a retry for one of it."""
    flags: tuple[str, ...]


def take(connection: Connection, message_id: str, state: State, owner: str, now_ms: int) -> Claimed:
    """Begin a run by hand of a message that nobody runs.

    What is finished keeps its state and its answer: its retries are answered as before, also when this
    run never ends. All else runs under a lease, as it always does.

    Args:
        connection: inside the transaction in which it was found so.
        message_id: which.
        state: what it was found in.
        owner: the lease.
        now_ms: the time.
    """
    flags = json.loads(
        connection.execute(select(messages.c.flags).where(messages.c.id == message_id)).scalar_one()
    )
    values: dict[str, Any] = {
        "attempts": messages.c.attempts + 1,
        "flags": json.dumps([*flags, *({REPLAYED} - set(flags))]),
    }
    if state not in FINISHED:
        values |= {"state": "running", "owner": owner, "due_ms": None, "updated_ms": now_ms}
    row = connection.execute(
        update(messages).where(messages.c.id == message_id).values(values).returning(*CLAIMED)
    ).one()
    return claimed_of(message_id, row)


def make(connection: Connection, new: NewMessage, owner: str, now_ms: int) -> Claimed:
    """Write down a new message, with its lease taken."""
    connection.execute(
        insert(messages),
        {
            "id": new.id,
            "endpoint": new.endpoint,
            "method": new.method,
            "target": new.target,
            "headers": json.dumps(new.content.headers),
            "body": new.content.body,
            "digest": new.content.digest,
            "link": new.content.digest if new.links else None,
            "signed_ms": new.signed_ms,
            "guid": new.guid,
            "flags": json.dumps(new.flags),
            "state": "running",
            "owner": owner,
            "attempts": 1,
            "tries": 0,
            "created_ms": now_ms,
            "updated_ms": now_ms,
        },
    )
    return Claimed(
        id=new.id,
        endpoint=new.endpoint,
        method=new.method,
        target=new.target,
        headers=new.content.headers,
        body=new.content.body,
        attempt=1,
        flags=new.flags,
    )


def bind(
    connection: Connection,
    message_id: str,
    endpoint: str,
    asked: Asked,
    *,
    key: bool,
    signature: bool,
    now_ms: int,
) -> None:
    """Let what is signed lead to a message from now on; a GUID is the sender's alone to bind."""
    values = [
        value
        for wanted, value in (
            (key, key_value(asked.key)),
            (signature, signature_value(asked.signature, asked.signed_ms)),
        )
        if wanted and value is not None
    ]
    row = {"endpoint": endpoint, "message_id": message_id, "created_ms": now_ms}
    if values:
        connection.execute(insert(identities), [row | {"value": value} for value in values])


def adopt(connection: Connection, message_id: str, content: Content, signed_ms: int | None) -> None:
    """Let a message hold this request instead of the one it held."""
    connection.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(
            headers=json.dumps(content.headers),
            body=content.body,
            digest=content.digest,
            signed_ms=signed_ms,
            pruned_bytes=None,
        )
    )


def belongs(connection: Connection, delivery: DeliveryRecord, message_id: str) -> None:
    """Write down of which message a request is that made none by itself."""
    known = update(deliveries).where(deliveries.c.id == delivery.id)
    if connection.execute(known.values(id=delivery.id)).rowcount:
        connection.execute(known.where(deliveries.c.message_id.is_(None)).values(message_id=message_id))
        return
    fields = {name: getattr(delivery, name) for name in delivery.__dataclass_fields__}
    fields |= {"message_id": message_id, "flags": json.dumps(delivery.flags)}
    connection.execute(insert(deliveries), fields)


def end_finished(
    connection: Connection, message_id: str, attempt: int, outcome: Outcome, now_ms: int
) -> bool:
    """End a run by hand of a message that was finished before.

    Only a success changes it, and only one that had none: what was rejected is done, with its new
    answer; what was kept without a handler is done, and answered as before.

    Returns:
        False where somebody has run it since: then nothing was written.
    """
    before = connection.execute(
        select(messages.c.state).where(messages.c.id == message_id, messages.c.attempts == attempt)
    ).scalar_one_or_none()
    if before is None:
        return False
    values: dict[str, Any] = {"state": "done", "updated_ms": now_ms}
    if before == "rejected":
        values |= {
            "status": outcome.status,
            "answer": outcome.body,
            "answer_type": outcome.content_type,
            "error": None,
        }
    if outcome.state == "done" and before != "done":
        connection.execute(update(messages).where(messages.c.id == message_id).values(values))
    return True


def names_of(flags: Iterable[str]) -> tuple[str, ...]:
    """The flags of a message that is run by hand."""
    return tuple(dict.fromkeys([*flags, REPLAYED]))
