"""A shop as a user writes one; copied beside the settings, and served by `hookproof receive`."""

from __future__ import annotations

import os

from hookproof import Secret
from hookproof_receiver import Message, Receiver
from hookproof_runtime.database import Connection

receiver = Receiver()


def ship(message: Message, tx: Connection) -> None:
    """The effect: one row."""
    tx.exec_driver_sql("CREATE TABLE IF NOT EXISTS shipped (number, message, guid)")
    guid = message.delivery.guid if message.delivery else None
    tx.exec_driver_sql(
        "INSERT INTO shipped VALUES (?, ?, ?)", (message.json()["order"], message.id, guid)
    )


@receiver.on(
    "/hooks/orders", secrets=Secret(os.environ["ORDERS_SECRET"], label="2026-11"), identity="json:/run"
)
def order(message: Message, tx: Connection) -> tuple[int, dict[str, bool]]:
    """Ship an order."""
    ship(message, tx)
    return 201, {"shipped": True}


def flaky(message: Message, tx: Connection) -> None:
    """Ship an order, but fall over the first two times, after the row was written."""
    ship(message, tx)
    if message.attempt < 3:
        raise RuntimeError("the warehouse does not answer")
