"""What is old goes, a little at a time, and takes no answer and no retry along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from tests.receiver.inbox.shop import Shop, endpoint, ship

from hookproof.errors import BadConfiguration
from hookproof_receiver.inbox import Arrival, Filters, Inbox, Ledger, Message, Pruned, Pruner, Retention
from hookproof_runtime.database import Connection, writing

DAY = 86_400.0
OVER_AND_OVER = """
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
INSERT INTO hookproof_deliveries (id, endpoint, verdict, flags, method, target, received_ms)
SELECT substr(d.id, 1, 27) || printf('%03d', n.n), d.endpoint, d.verdict, d.flags, d.method, d.target,
  d.received_ms FROM hookproof_deliveries d, n
"""


class Old:
    """An inbox, and the time that passes over it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.at = endpoint(self._handle)
        self.inbox: Inbox = shop.open(self.at)
        self.ledger = Ledger(shop.engine, shop.clock)
        self.failing = False

    def _handle(self, message: Message, tx: Connection) -> Any:
        if self.failing:
            raise OSError
        return ship(message, tx)

    def accept(self, request: Arrival) -> tuple[int, bytes, str | None]:
        answer = self.inbox.accept(self.at, request)
        return answer.status, answer.body, answer.message_id

    def prune(self, days: float, retention: Retention | None = None) -> Pruned:
        self.shop.clock.advance(days * DAY)
        return Pruner(self.shop.engine, self.shop.clock, retention or Retention()).run_once()

    def rows(self, table: str) -> int:
        with self.shop.engine.connect() as connection:
            found = connection.execute(text(f"SELECT count(*) FROM hookproof_{table}"))
            return int(found.scalar_one())


@pytest.fixture
def old(shop: Shop) -> Old:
    return Old(shop)


@pytest.mark.rule("P-KEPT-2")
def test_a_body_goes_first_and_its_retries_are_answered_as_before(old: Old) -> None:
    request = old.shop.request(b"order", guid="g")
    first = old.accept(request)
    assert Pruned() == old.prune(6.9)
    assert Pruned(bodies=1, size=5) == old.prune(0.2)

    assert [first] * 3 == [
        old.accept(one)
        for one in (
            old.shop.again(request),
            old.shop.request(b"order", guid="g"),
            old.shop.request(b"another", guid="g"),
        )
    ]
    assert [b"order"] == old.shop.shipped()
    whole = old.ledger.show(str(first[2]))
    assert whole is not None
    assert (None, 5, False) == (whole.content, whole.record.size, whole.record.body_kept)
    assert Pruned() == old.prune(0.1)


@pytest.mark.rule("P-ID-16")
def test_a_message_is_forgotten_when_it_is_old_and_nobody_asked_for_it_lately(old: Old) -> None:
    request = old.shop.request(b"order", guid="g")
    old.accept(request)
    old.prune(28)
    old.accept(old.shop.request(b"order", guid="g"))

    assert Pruned() == old.prune(6.9)
    assert 1 == old.rows("messages")
    assert Pruned(messages=1, size=0) == old.prune(0.2)
    assert [0] * 3 == [old.rows(table) for table in ("messages", "identities", "deliveries")]
    assert (401, b"", None) == old.accept(old.shop.again(request))


@pytest.mark.rule("P-KEPT-3")
def test_what_is_not_finished_is_never_pruned_unasked(old: Old) -> None:
    """A retry would run the body that is on record."""
    old.failing = True
    failed = old.accept(old.shop.request(b"failed", guid="g"))[2]
    parked = old.accept(old.shop.request(b"parked"))[2]
    with writing(old.shop.engine) as connection:
        after = "SET promised_ms = created_ms, tries = 16 WHERE id = :one"
        connection.execute(text(f"UPDATE hookproof_messages {after}"), {"one": parked})
    assert Pruned() == old.prune(100)
    assert {failed, parked} == {one.id for one in old.ledger.find()}
    assert all(one.body_kept for one in old.ledger.find())

    pruner = Pruner(old.shop.engine, old.shop.clock, Retention())
    assert [("message", parked)] == [
        (one.what, one.id) for one in pruner.removing(Filters(states=("parked",)), apart=False)
    ]
    old.failing = False
    assert 201 == old.accept(old.shop.request(b"failed", guid="g"))[0]
    assert [b"failed"] == old.shop.shipped()


def test_what_is_not_finished_goes_whole_or_not_at_all(old: Old) -> None:
    old.failing = True
    old.accept(old.shop.request(b"failed"))
    old.shop.clock.advance(3 * DAY)
    retention = Retention().narrowed(1 * DAY)
    pruner = Pruner(old.shop.engine, old.shop.clock, retention)
    assert [] == list(pruner.removing(Filters(states=("failed",))))
    assert old.ledger.find()[0].body_kept


def test_what_was_kept_apart_has_a_time_of_its_own(old: Old) -> None:
    request = old.shop.request(b"late")
    old.shop.clock.advance(3600)
    old.accept(old.shop.again(request))
    old.accept(old.shop.again(request))  # the same bytes: its record alone is kept
    retention = Retention(apart_s=2 * DAY)
    assert (Pruned(), 1, 2) == (old.prune(1.9, retention), old.rows("apart"), old.rows("deliveries"))
    assert Pruned(apart=1, size=4) == old.prune(0.2, retention)
    assert (0, 0) == (old.rows("apart"), old.rows("deliveries"))


def test_a_changed_body_that_was_refused_goes_with_its_message(shop: Shop) -> None:
    at = endpoint(on_body_change="refuse")
    inbox = shop.open(at)
    inbox.accept(at, shop.request(b"one", guid="g"))
    assert 422 == inbox.accept(at, shop.request(b"two", guid="g")).status
    shop.clock.advance(31 * DAY)
    retention = Retention(apart_s=100 * DAY)
    assert Pruned(messages=1, size=3) == Pruner(shop.engine, shop.clock, retention).run_once()
    assert [] == inbox.deliveries()


def test_the_database_is_free_between_two_pieces(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many messages, and of large ones: whoever keeps something waits for one piece alone."""
    monkeypatch.setattr("hookproof_receiver.inbox.pruner._MOST", 2)
    monkeypatch.setattr("hookproof_receiver.inbox.pruner._MOST_BYTES", 1000)
    for size in (1, 1, 1, 1, 600, 600, 2000, 1):
        old.accept(old.shop.request(b"x" * size + str(old.shop.clock()).encode()))
    old.shop.clock.advance(8 * DAY)
    left = []
    for _ in Pruner(old.shop.engine, old.shop.clock, Retention()).removing():
        with writing(old.shop.engine, wait=0.0) as connection:  # or it is Busy
            count = text("SELECT count(*) FROM hookproof_messages WHERE pruned_bytes IS NULL")
            left.append(connection.execute(count).scalar())
    assert [6, 6, 4, 4, 3, 2, 1, 0] == left


def test_a_message_with_many_requests_goes_in_pieces(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookproof_receiver.inbox.pruner._MOST", 2)
    request = old.shop.request(b"order")
    for _ in range(6):
        old.accept(old.shop.again(request))
    assert Pruned(messages=1, size=5) == old.prune(31)
    assert (0, 0) == (old.rows("messages"), old.rows("deliveries"))


def test_it_can_be_stopped_and_goes_on_the_next_time(old: Old) -> None:
    for number in range(3):
        old.accept(old.shop.request(str(number).encode()))
    old.shop.clock.advance(8 * DAY)
    pruner = Pruner(old.shop.engine, old.shop.clock, Retention())
    pruner.run_once(lambda: True)
    assert 0 < 3 - sum(one.body_kept for one in old.ledger.find())
    pruner.run_once()
    assert [False] * 3 == [one.body_kept for one in old.ledger.find()]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Retention(DAY, 6.9 * DAY), "messages_kept is 7 d at least"),
        (lambda: Retention(31 * DAY), "a body goes no later"),
    ],
)
def test_a_retention_that_would_double_effects_is_refused(
    make: Callable[[], Retention], says: str
) -> None:
    with pytest.raises(BadConfiguration, match=says):
        make()


def test_a_stop_is_seen_also_where_records_alone_go(old: Old) -> None:
    """One stale request that came over and over is kept apart once, and recorded each time."""
    request = old.shop.request()
    old.shop.clock.advance(1000)
    assert 401 == old.accept(old.shop.again(request))[0]
    with writing(old.shop.engine) as connection:
        connection.execute(text(OVER_AND_OVER))
        connection.execute(text("DELETE FROM hookproof_apart"))
    old.shop.clock.advance(31 * DAY)
    pruner = Pruner(old.shop.engine, old.shop.clock, Retention())

    pruner.run_once(lambda: True)

    assert 501 == old.rows("deliveries")
    pruner.run_once()
    assert 0 == old.rows("deliveries")
