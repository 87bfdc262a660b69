"""A receiver whose effects can be counted, for `hookproof receive --app tests.crash.shop:receiver`."""

from __future__ import annotations

from hookproof.testing import SECRET
from hookproof_receiver import Message, Receiver
from hookproof_runtime.database import Connection

PATH = "/hooks/orders"

receiver = Receiver()


@receiver.on(PATH, secrets=SECRET, identity="json:/run")
def ship(message: Message, tx: Connection) -> int:
    """The effect: one row, in the transaction that also marks the message as done."""
    tx.exec_driver_sql("CREATE TABLE IF NOT EXISTS effects (key)")
    tx.exec_driver_sql("INSERT INTO effects VALUES (?)", (message.json()["run"],))
    return 201
