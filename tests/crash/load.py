"""What the processes of a storm do: record and send many messages, until somebody kills them.

Each says which message it sets out to record before it does, and what it was told after.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.crash.programs import RETRIES, task

from hookproof_runtime.database import open_engine, writing
from hookproof_sender import Sender

Say = Callable[[Any], None]

MESSAGES = 30
"""How many each process records before it ends by itself."""

PAUSES: dict[str, Any] = {"retry_base": 0.05, "retry_cap": 0.5}


def record(say: Say, database: str, url: str, name: str) -> None:
    """Record one by one, a few at once, and some in an application's own transaction."""
    engine = open_engine(database)
    outbox = Sender(database=engine, **PAUSES).outbox
    with writing(outbox.engine) as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS orders (key)")
    for number in range(0, MESSAGES, 5):
        alone, ordered, *rest = keys = [f"{name}.{number + more}" for more in range(5)]
        for key in keys:
            say(("begun", key))
        outbox.enqueue(task(url, alone, retries=RETRIES if number % 2 else 0))
        say(("recorded", alone))
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO orders VALUES (?)", (ordered,))
            outbox.enqueue(task(url, ordered), connection=connection)
        say(("recorded", ordered))
        outbox.enqueue_all([task(url, key) for key in rest])
        for key in rest:
            say(("recorded", key))


def send(say: Say, database: str, url: str, name: str) -> None:
    """Send in the foreground, four at once."""
    sender = Sender(database=database, allow_loopback=True, lease=3.0, deadline=2.0, **PAUSES)

    def one(number: int) -> None:
        key = f"{name}.{number}"
        say(("begun", key))
        run = sender.send(task(url, key))
        say(("recorded", key))
        say(("told", key, run.outcome))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(MESSAGES)))


def work(say: Say, database: str) -> None:
    """Work with a lease so short that a slow moment loses it."""
    sender = Sender(database=database, allow_loopback=True, lease=1.0, deadline=0.9)
    sender.worker(in_flight=8).run()
