"""Writing down the requests that came, whatever became of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from hookproof_runtime.database import Driver

from ...identity import Asked, signature_value
from ..arrival import Arrival
from ..records import DeliveryRecord
from .rows import Row
from .rows import insert as rows_insert
from .tables import apart, deliveries

_INSERT = """
INSERT INTO hookproof_deliveries (
  id, endpoint, message_id, verdict, rule, flags, method, target, guid, secret_label, signed_ms,
  received_ms, status
)"""
_FORGET = delete(deliveries).where(deliveries.c.id == bindparam("delivery_id"))
_ANSWERED = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), deliveries.c.status.is_(None))
    .values(status=bindparam("new_status"))
)
_APART = insert(apart)
_IS_APART = select(apart.c.delivery_id).where(
    apart.c.endpoint == bindparam("endpoint"), apart.c.value == bindparam("value")
)


def record(driver: Driver, delivery: DeliveryRecord) -> None:
    """Write down one request."""
    insert_rows(driver, [row_of(delivery)])


def row_of(delivery: DeliveryRecord) -> Row:
    """A request as it is to be inserted."""
    return (
        delivery.id,
        delivery.endpoint,
        delivery.message_id,
        delivery.verdict,
        delivery.rule,
        json.dumps(delivery.flags) if delivery.flags else "[]",
        delivery.method,
        delivery.target,
        delivery.guid,
        delivery.secret_label,
        delivery.signed_ms,
        delivery.received_ms,
        delivery.status,
    )


def insert_rows(driver: Driver, rows: Sequence[Row]) -> None:
    """Write requests down."""
    rows_insert(driver, _INSERT, rows)


def forget(connection: Connection, delivery_id: str) -> None:
    """Take back a request that is judged once more, because whoever ran its message died."""
    connection.execute(_FORGET, {"delivery_id": delivery_id})


def answered(connection: Connection, delivery_id: str, status: int) -> None:
    """Write down what a request is answered, unless that stands already."""
    connection.execute(_ANSWERED, {"delivery_id": delivery_id, "new_status": status})


def keep_apart(connection: Connection, endpoint: str, arrival: Arrival, asked: Asked) -> None:
    """Keep a refused request whole, so that it can be run by hand; the same signed bytes only once."""
    value = signature_value(asked.signature) or f"digest:{asked.digest}"
    place = {"endpoint": endpoint, "value": value}
    if connection.execute(_IS_APART, place).first() is None:
        connection.execute(
            _APART,
            place
            | {
                "delivery_id": arrival.id,
                "headers": json.dumps(arrival.headers),
                "body": arrival.body,
            },
        )
