"""Reading what is shown."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from ..records import DeliveryRecord, MessageRecord
from .tables import deliveries, messages

_SHOWN = select(
    messages.c.id,
    messages.c.endpoint,
    messages.c.state,
    messages.c.attempts,
    messages.c.flags,
    messages.c.promised_ms,
    messages.c.status,
    messages.c.error,
    messages.c.due_ms,
    messages.c.guid,
    func.length(messages.c.body).label("size"),
    messages.c.created_ms,
    messages.c.updated_ms,
)
_MESSAGE = _SHOWN.where(messages.c.id == bindparam("message_id"))
_MESSAGES = (
    _SHOWN.where(
        or_(bindparam("endpoint").is_(None), messages.c.endpoint == bindparam("endpoint")),
    )
    .order_by(messages.c.id.desc())
    .limit(bindparam("count"))
)
_DELIVERIES = (
    select(deliveries)
    .where(
        or_(bindparam("message_id").is_(None), deliveries.c.message_id == bindparam("message_id")),
        or_(bindparam("endpoint").is_(None), deliveries.c.endpoint == bindparam("endpoint")),
    )
    .order_by(deliveries.c.id.desc())
    .limit(bindparam("count"))
)


def message(connection: Connection, message_id: str) -> MessageRecord | None:
    """One message; None where there is none of that id."""
    row = connection.execute(_MESSAGE, {"message_id": message_id}).one_or_none()
    return None if row is None else _message(row)


def list_messages(connection: Connection, endpoint: str | None, limit: int) -> list[MessageRecord]:
    """The newest messages, of one endpoint or of all."""
    return [
        _message(row) for row in connection.execute(_MESSAGES, {"endpoint": endpoint, "count": limit})
    ]


def list_deliveries(
    connection: Connection, message_id: str | None, endpoint: str | None, limit: int
) -> list[DeliveryRecord]:
    """The newest requests, of one message or endpoint or of all."""
    rows = connection.execute(
        _DELIVERIES, {"message_id": message_id, "endpoint": endpoint, "count": limit}
    )
    return [
        DeliveryRecord(**(dict(row._mapping) | {"flags": tuple(json.loads(row.flags))})) for row in rows
    ]


def _message(row: Any) -> MessageRecord:
    fields = dict(row._mapping)
    fields["flags"] = tuple(json.loads(row.flags))
    fields["promised"] = fields.pop("promised_ms") is not None
    return MessageRecord(**fields)
