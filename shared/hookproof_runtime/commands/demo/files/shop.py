"""A shop that receives orders: the whole of a receiving application with exactly-once handlers."""

import os

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table

from hookproof import Secret
from hookproof_receiver import Message, Receiver

orders = Table(
    "orders",
    MetaData(),
    Column("number", Integer, nullable=False),
    Column("message", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("guid", String),
    Column("signature", String),
)

receiver = Receiver()  # its database stands in hookproof.toml: the orders lie in the same one
secret = Secret(os.environ["SHOP_SECRET"], label="2026-11")


def ship(message: Message, tx: Connection) -> None:
    """The effect: one row, in the transaction that also marks the message as done."""
    orders.metadata.create_all(tx)
    tx.execute(
        orders.insert().values(
            number=message.json()["order"],
            message=message.id,
            attempt=message.attempt,
            guid=message.delivery.guid if message.delivery else None,
            signature=message.headers.get("x-webhook-signature"),
        )
    )


@receiver.on("/hooks/orders", secrets=secret, identity="json:/run")
def order(message: Message, tx: Connection) -> tuple[int, dict[str, bool]]:
    """Ship an order."""
    ship(message, tx)
    return 200, {"shipped": True}


@receiver.on("/hooks/flaky", secrets=secret, identity="json:/run")
def flaky(message: Message, tx: Connection) -> tuple[int, dict[str, bool]]:
    """Ship an order, but fall over twice, each time after the row was written."""
    ship(message, tx)
    if message.attempt < 3:
        raise RuntimeError("the warehouse does not answer")
    return 200, {"shipped": True}
