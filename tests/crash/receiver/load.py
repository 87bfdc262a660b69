"""Many concurrent senders, each of which goes on until its message is acknowledged."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from tests.crash.receiver import shop
from tests.crash.receiver.calls import body_of, call
from tests.crash.receiver.history import Acknowledged

SENDERS = 12
PATIENCE = 120.0
"""Seconds in which a message is acknowledged, whoever is killed meanwhile."""

_PATHS = (*shop.TX, *shop.PLAIN) * 4 + (shop.POISON,)


class Load:
    """Sends while it is entered; at the end, what was begun is acknowledged, or given up.

    Args:
        ports: of the receivers, any of which is good for any attempt.
        seed: of what is sent, and where.
    """

    def __init__(self, ports: Sequence[int], seed: int) -> None:
        self._ports = ports
        self._seed = seed
        self._stopped = threading.Event()
        self._guard = threading.Condition()
        self._latest = 0  # the port that acknowledged last
        self._pool = ThreadPoolExecutor(2 * SENDERS)
        self.sent: dict[str, tuple[str, bytes, str]] = {}
        """Path, body and GUID by key."""
        self.acknowledged: list[Acknowledged] = []
        self.statuses: Counter[int | None] = Counter()
        """Of all requests; None where no answer came."""
        self.given_up: list[str] = []
        """Keys of what was not acknowledged within `PATIENCE`."""

    def __enter__(self) -> Load:
        self._loops = [self._pool.submit(self._send_many, number) for number in range(SENDERS)]
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped.set()
        self._pool.shutdown()
        for loop in self._loops:
            loop.result()

    def again(self, most: int) -> None:
        """Send some of what was acknowledged once more, as retries that were late."""
        for key in Random(self._seed).sample(sorted(self.sent), min(most, len(self.sent))):
            self._attempt(key, *self.sent[key], self._ports[0])

    def await_answer(self, port: int, timeout: float) -> None:
        """Return as soon as a receiver acknowledges something, or nothing comes of it."""
        with self._guard:
            self._latest = 0
            self._guard.wait_for(lambda: self._latest == port, timeout)

    def _send_many(self, number: int) -> None:
        random = Random(self._seed * 1000 + number)
        count = 0
        while not self._stopped.is_set():
            count += 1
            key, path = f"{number}.{count}", random.choice(_PATHS)
            body = body_of(key, **_work(random))
            if path != "/sync/linked" and random.random() < 0.2:
                # Another task with an equal body: the signed key says that both are one message.
                other = self._pool.submit(self._send, key, path, body, Random(random.random()))
                self._send(key, path, body, random)
                other.result()
            else:
                self._send(key, path, body, random)

    def _send(self, key: str, path: str, body: bytes, random: Random) -> None:
        until = time.monotonic() + PATIENCE
        guid = str(uuid.UUID(int=random.getrandbits(128), version=4))
        with self._guard:
            self.sent[key] = path, body, guid
        carried = None
        while not self._attempt(key, path, body, carried, random.choice(self._ports)):
            carried = guid
            if time.monotonic() > until:
                self.given_up.append(key)
                return
            time.sleep(random.uniform(0.02, 0.3))

    def _attempt(self, key: str, path: str, body: bytes, guid: str | None, port: int) -> bool:
        answer = call(port, path, body, guid)
        with self._guard:
            self.statuses[None if answer is None else answer.status] += 1
            if answer is None or answer.status >= 300:
                return False
            self.acknowledged.append(
                Acknowledged(key, answer.message_id or "", None if answer.kept else answer.body)
            )
            self._latest = port
            self._guard.notify_all()
            return True


def _work(random: Random) -> dict[str, Any]:
    """What a handler is to do: most are quick, some outlast their request, some fail at first."""
    slow = random.random() < 0.1
    return {
        "takes_s": random.uniform(0.3, 0.6) if slow else random.uniform(0.0, 0.05),
        "holds_s": random.choice((0.0, 0.0, 0.01)),
        "fails": int(random.random() < 0.1),
    }
