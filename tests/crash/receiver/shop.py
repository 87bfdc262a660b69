"""A receiver with an endpoint of each kind, for `--app tests.crash.receiver.shop:receiver`.

Its effects can be counted: rows in its own database, in the transaction that also marks the message as
done, and lines of a file, which are effects elsewhere.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from typing import Any

from hookproof.testing import SECRET
from hookproof_receiver import Message, Receiver
from hookproof_runtime.database import Connection

ELSEWHERE = "elsewhere"
"""The file, in the folder where the process works: a key and a message id a line."""

TX = ("/sync/tx", "/sync/linked", "/inbox/tx")
"""Endpoints whose effect is in the transaction."""
PLAIN = ("/sync/plain", "/inbox/plain")
"""Endpoints whose effect is elsewhere."""
POISON = "/inbox/poison"
"""What always fails."""

on_point: Callable[[str], object] = str
"""Told when a handler is in the `midst` of its effect."""

receiver = Receiver()
_SOON: dict[str, Any] = {"secrets": SECRET, "retries": 200, "retry_base": 0.05, "retry_cap": 0.5}


@receiver.on("/sync/tx", identity="json:/run", **_SOON)
@receiver.on("/sync/linked", **_SOON)
@receiver.on("/inbox/tx", identity="json:/run", mode="inbox", **_SOON)
def ship(message: Message, tx: Connection) -> tuple[int, dict[str, str]]:
    """The effect: one row."""
    run = _work(message)
    tx.exec_driver_sql("INSERT INTO effects VALUES (?, ?)", (run["run"], message.id))
    on_point("midst")
    time.sleep(run.get("holds_s", 0.0))
    return 201, _answer()


@receiver.on("/sync/plain", identity="json:/run", **_SOON)
@receiver.on("/inbox/plain", identity="json:/run", mode="inbox", **_SOON)
def tell(message: Message) -> tuple[int, dict[str, str]]:
    """The effect: one line, whole or not there."""
    run = _work(message)
    on_point("midst")
    there = os.open(ELSEWHERE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(there, f"{run['run']} {message.id}\n".encode())
    os.close(there)
    on_point("ran")
    return 201, _answer()


@receiver.on(POISON, identity="json:/run", mode="inbox", **_SOON | {"retries": 2})
def fail(message: Message, tx: Connection) -> None:
    """No effect, ever."""
    tx.exec_driver_sql("INSERT INTO effects VALUES (?, ?)", (message.json()["run"], message.id))
    raise RuntimeError("this one never succeeds")


def _work(message: Message) -> dict[str, Any]:
    run: dict[str, Any] = message.json()
    time.sleep(run.get("takes_s", 0.0))
    if message.attempt <= run.get("fails", 0):
        raise RuntimeError("not the first time")
    return run


def _answer() -> dict[str, str]:
    # No two runs answer alike: so it shows which of them an answer is of.
    return {"answer": secrets.token_hex(8)}
