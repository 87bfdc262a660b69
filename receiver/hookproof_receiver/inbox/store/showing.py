"""Reading what is shown: messages, requests, and one of them whole."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from ..kept import ALL, ALL_DELIVERIES, DeliveryFilters, Filters
from ..records import Content, DeliveryRecord, KeptAnswer, MessageRecord, MessageWhole
from .narrowing import of_deliveries, of_messages
from .tables import apart, deliveries, messages

_REQUESTS_SHOWN = 100
_SHOWN = select(
    messages.c.id,
    messages.c.endpoint,
    messages.c.method,
    messages.c.target,
    messages.c.state,
    messages.c.attempts,
    messages.c.flags,
    messages.c.promised_ms,
    messages.c.owner,
    messages.c.status,
    messages.c.error,
    messages.c.due_ms,
    messages.c.guid,
    func.coalesce(messages.c.pruned_bytes, func.length(messages.c.body)).label("size"),
    case((messages.c.pruned_bytes.is_(None), 1), else_=0).label("body_kept"),
    messages.c.created_ms,
    messages.c.updated_ms,
)
_WHOLE = _SHOWN.add_columns(
    messages.c.headers,
    messages.c.body,
    messages.c.digest,
    messages.c.signed_ms,
    messages.c.answer,
    messages.c.answer_type,
).where(messages.c.id == bindparam("message_id"))
_WHOLE_FIELDS = ("headers", "body", "digest", "signed_ms", "answer", "answer_type")
_APART = select(apart.c.headers, apart.c.body).where(apart.c.delivery_id == bindparam("delivery_id"))


def find(
    connection: Connection,
    filters: Filters = ALL,
    *,
    limit: int,
    newest_first: bool = True,
    after: str | None = None,
) -> list[MessageRecord]:
    """The messages that are meant.

    Args:
        connection: a transaction.
        filters: which ones.
        limit: how many at the most.
        newest_first: in which order: that of their ids.
        after: go on behind this id; None begins.
    """
    statement = _page(_SHOWN.where(*of_messages(filters)), messages.c.id, limit, newest_first, after)
    return [_message(row) for row in connection.execute(statement)]


def find_deliveries(
    connection: Connection,
    filters: DeliveryFilters = ALL_DELIVERIES,
    *,
    limit: int,
    newest_first: bool = True,
    after: str | None = None,
) -> list[DeliveryRecord]:
    """The requests that are meant; as `find`."""
    statement = select(deliveries).where(*of_deliveries(filters))
    statement = _page(statement, deliveries.c.id, limit, newest_first, after)
    return [as_delivery(row) for row in connection.execute(statement)]


def show(connection: Connection, message_id: str) -> MessageWhole | None:
    """One message, whole; None where there is none of that id."""
    row = connection.execute(_WHOLE, {"message_id": message_id}).one_or_none()
    if row is None:
        return None
    content = None
    if row.body_kept:
        content = Content(_pairs(row.headers), row.body, row.digest)
    answer = None
    if row.status is not None:
        answer = KeptAnswer(row.answer or b"", row.answer_type or "application/json")
    requests = find_deliveries(
        connection, DeliveryFilters(message_id=message_id), limit=_REQUESTS_SHOWN
    )
    return MessageWhole(_message(row), content, row.signed_ms, answer, tuple(requests))


def kept_apart(connection: Connection, delivery_id: str) -> Content | None:
    """A request that was kept apart, whole; None where it was not, or is no more."""
    row = connection.execute(_APART, {"delivery_id": delivery_id}).one_or_none()
    if row is None:
        return None
    return Content(_pairs(row.headers), row.body, hashlib.sha256(row.body).hexdigest())


def _page(statement: Any, column: Any, limit: int, newest_first: bool, after: str | None) -> Any:
    if after is not None:
        statement = statement.where(column < after if newest_first else column > after)
    return statement.order_by(column.desc() if newest_first else column).limit(limit)


def _message(row: Any) -> MessageRecord:
    fields = {name: value for name, value in row._mapping.items() if name not in _WHOLE_FIELDS}
    fields["flags"] = tuple(json.loads(row.flags))
    fields["promised"] = fields.pop("promised_ms") is not None
    fields["body_kept"] = bool(row.body_kept)
    return MessageRecord(**fields)


def as_delivery(row: Any) -> DeliveryRecord:
    """A request out of its row, which may have more columns."""
    fields = {name: row._mapping[name] for name in DeliveryRecord.__dataclass_fields__}
    return DeliveryRecord(**fields | {"flags": tuple(json.loads(row.flags))})


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))
