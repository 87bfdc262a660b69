"""A receiver whose effect waits until the file `go` is there, for those who die meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

from hookproof.testing import SECRET
from hookproof_receiver import Message, Receiver
from hookproof_runtime.database import Connection

from .shop import PATH

receiver = Receiver()


@receiver.on(PATH, secrets=SECRET, identity="json:/run")
def ship(message: Message, tx: Connection) -> int:
    """The effect; before it, say that it began."""
    run = message.json()["run"]
    Path(f"began {run}").touch()
    if run == "too large":
        bytearray(1 << 40)
    while not Path("go").exists():
        time.sleep(0.02)
    tx.exec_driver_sql("CREATE TABLE IF NOT EXISTS effects (key)")
    tx.exec_driver_sql("INSERT INTO effects VALUES (?)", (run,))
    return 201
