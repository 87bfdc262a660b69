"""Whatever is lost, doubled, seen and replayed, or fails on the way: one effect a message."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint, ship

from hookproof_receiver.inbox import Arrival, Inbox, Message
from hookproof_runtime.database import Connection

Step = tuple[Literal["attempt", "fails", "lost", "twice", "captured", "restart"], int]

MESSAGES = 3
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["attempt", "fails", "lost", "twice", "captured", "restart"]),
        st.integers(0, MESSAGES - 1),
    ),
    max_size=25,
)


class Plan:
    """A sender with a few messages of equal bodies but for their key, and a receiver that may fail."""

    def __init__(self, shop: Shop, identity: str | None) -> None:
        self._shop = shop
        self._at = endpoint(self._handle, identity=identity)
        self._inbox = self._open()
        self._fails = False
        self._sent = [0] * MESSAGES
        self._received: dict[bytes, Arrival] = {}  # the first that came of each body
        self.acknowledged: set[bytes] = set()

    def take(self, step: Step) -> None:
        kind, number = step
        if kind == "restart":
            self._inbox.close(PATIENCE)
            self._inbox = self._open()
        elif kind == "captured":
            seen = self._received.get(self.body(number))
            if seen is not None:
                self._accept(self._shop.again(seen, guid=f"captured-{number}"))
        elif kind == "lost":
            self._request(number)
        elif kind == "twice":
            request = self._request(number)
            other = threading.Thread(
                target=self._accept, args=(self._shop.again(request, request.guid),)
            )
            other.start()
            self._accept(request)
            other.join(PATIENCE)
        else:
            self._fails = kind == "fails"
            self._accept(self._request(number))
            self._fails = False

    def finish(self) -> None:
        for number in range(MESSAGES):
            while self.body(number) not in self.acknowledged:
                self._accept(self._request(number))

    def body(self, number: int) -> bytes:
        return f'{{"run": "{number}/ship"}}'.encode()

    def _request(self, number: int) -> Arrival:
        guid = f"guid-{number}" if self._sent[number] else None
        self._sent[number] += 1
        return self._shop.request(self.body(number), guid)

    def _accept(self, request: Arrival) -> None:
        self._received.setdefault(request.body, request)
        if self._inbox.accept(self._at, request).status == 201:
            self.acknowledged.add(request.body)

    def _handle(self, message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        if self._fails:
            raise RuntimeError("away")
        return answer

    def _open(self) -> Inbox:
        return self._shop.open(self._at)


def run(steps: list[Step], identity: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        try:
            plan = Plan(shop, identity)
            for step in steps:
                plan.take(step)
                assert sorted(plan.acknowledged) == sorted(shop.shipped())
            plan.finish()
            assert sorted(plan.body(number) for number in range(MESSAGES)) == sorted(shop.shipped())
        finally:
            shop.close()


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(STEPS)
def test_by_a_signed_key(steps: list[Step]) -> None:
    run(steps, identity="/run")


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(STEPS)
def test_by_signed_bytes_guids_and_links_where_bodies_differ(steps: list[Step]) -> None:
    run(steps, identity=None)
