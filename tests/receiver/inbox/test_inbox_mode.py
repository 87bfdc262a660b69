"""Endpoints that answer once a message is kept, and the workers that run it after that."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.receiver.inbox.shop import PATH, PATIENCE, Shop, endpoint, eventually, ship
from tests.receiver.inbox.test_promise import Slow, only

from hookproof import BadConfiguration
from hookproof.clock import NANOSECONDS, system_clock
from hookproof.testing import FixedClock
from hookproof_receiver import Receiver
from hookproof_receiver.inbox import Message, NotYet, Ran, Rejected, Schedule, Verbatim
from hookproof_runtime.database import Connection, writing

BODY = b'{"order": 4}'


@pytest.mark.rule("P-ANS-14")
def test_a_message_is_acknowledged_before_its_handler_runs(shop: Shop) -> None:
    go = threading.Event()

    def slow(message: Message, tx: Connection) -> Any:
        assert go.wait(PATIENCE)
        return ship(message, tx)

    at = endpoint(slow, mode="inbox")
    inbox = shop.open(at)

    answer = inbox.accept(at, shop.request())

    assert (200, True, False) == (answer.status, answer.kept, answer.duplicate)
    assert [] == shop.shipped()
    go.set()
    assert eventually(lambda: only(inbox).state == "done")
    assert [BODY] == shop.shipped()


@pytest.mark.rule("P-ANS-14")
def test_a_retry_is_acknowledged_and_later_given_the_kept_answer(shop: Shop) -> None:
    at = endpoint(mode="inbox")
    inbox = shop.open(at, workers=0)
    request = shop.request()
    inbox.accept(at, request)

    again = inbox.accept(at, shop.again(request))
    assert (200, True) == (again.status, again.kept)
    assert 1 == inbox.run_due()
    after = inbox.accept(at, shop.again(request))

    assert (201, True) == (after.status, after.duplicate)
    assert [BODY] == shop.shipped()


def test_a_pending_message_takes_the_newer_body(shop: Shop) -> None:
    at = endpoint(mode="inbox")
    inbox = shop.open(at, workers=0)
    inbox.accept(at, shop.request(guid="g"))

    assert inbox.accept(at, shop.request(b'{"order": 5}', "g")).kept

    assert 1 == inbox.run_due()
    assert [b'{"order": 5}'] == shop.shipped()
    assert ("body_changed",) == only(inbox).flags


def test_what_failed_is_run_again_and_then_parked(shop: Shop) -> None:
    attempts: list[int] = []

    def fail(message: Message) -> None:
        attempts.append(message.attempt)
        raise RuntimeError("away")

    at = endpoint(fail, mode="inbox", schedule=Schedule(retries=2))
    inbox = shop.open(at, workers=0)
    inbox.accept(at, shop.request())

    for _ in range(4):
        inbox.run_due()
        shop.clock.advance(60)

    assert [1, 2, 3] == attempts
    assert (True, "RuntimeError: away") == (only(inbox).parked, only(inbox).error)
    assert not inbox.waiting()


def test_a_rejection_is_final(shop: Shop) -> None:
    def refuse(message: Message, tx: Connection) -> Any:
        ship(message, tx)
        raise Rejected(410)

    at = endpoint(refuse, mode="inbox")
    inbox = shop.open(at, workers=0)
    request = shop.request()
    inbox.accept(at, request)
    inbox.run_due()

    again = inbox.accept(at, shop.again(request))

    assert ("rejected", 410, True) == (only(inbox).state, again.status, again.duplicate)
    assert ([], 0) == (shop.shipped(), inbox.run_due())


def test_a_stale_request_and_a_refused_body_are_answered_at_once(shop: Shop) -> None:
    at = endpoint(mode="inbox", on_body_change="refuse")
    inbox = shop.open(at, workers=0)
    old = shop.request()
    shop.clock.advance(1000)

    assert (401, "too_old") == _said(inbox.accept(at, shop.again(old)))
    inbox.accept(at, shop.request(guid="g"))
    assert (422, "body_changed") == _said(inbox.accept(at, shop.request(b'{"order": 5}', "g")))
    assert [BODY] == [message for _ in range(inbox.run_due()) for message in shop.shipped()]


def test_what_failed_before_the_endpoint_was_an_inbox_is_the_receivers_with_its_retry(
    shop: Shop,
) -> None:
    def fail(_message: Message) -> None:
        raise RuntimeError("away")

    before = endpoint(fail)
    inbox = shop.open(before)
    assert 500 == inbox.accept(before, shop.request(guid="g")).status
    inbox.close()
    at = endpoint(mode="inbox")
    inbox = shop.open(at, workers=0)

    assert inbox.accept(at, shop.request(guid="g")).kept

    assert (1, [BODY]) == (inbox.run_due(), shop.shipped())


def test_messages_are_run_side_by_side(shop: Shop) -> None:
    together = threading.Barrier(3)

    def meet(_message: Message) -> None:
        together.wait(PATIENCE)

    at = endpoint(meet, mode="inbox")
    inbox = shop.open(at, workers=3, clock=system_clock)
    for number in range(3):
        inbox.accept(at, shop.request(b"%d" % number))

    assert eventually(lambda: ["done"] * 3 == [one.state for one in inbox.messages()])


def test_an_endpoint_with_a_limit_of_one_is_run_in_the_order_of_arrival(shop: Shop) -> None:
    seen: list[bytes] = []
    under_way: list[int] = []

    def take(message: Message) -> None:
        under_way.append(1)
        seen.append(message.body)
        assert 1 == sum(under_way)
        under_way.append(-1)

    at = endpoint(take, mode="inbox", running=1)
    inbox = shop.open(at, workers=0)
    for number in range(20):
        inbox.accept(at, shop.request(b"%d" % number))
    inbox.close()
    inbox = shop.open(at, workers=4)

    assert eventually(lambda: not inbox.waiting())
    assert [b"%d" % number for number in range(20)] == seen


def test_a_hung_handler_holds_up_no_other(shop: Shop) -> None:
    go = threading.Event()

    def hang(_message: Message) -> None:
        go.wait(PATIENCE)

    hung, at = endpoint(hang, "/hooks/hung", mode="inbox", running=1), endpoint(mode="inbox")
    inbox = shop.open(hung, at, workers=2, clock=system_clock)
    for number in range(5):
        inbox.accept(hung, shop.request(b"%d" % number))
    inbox.accept(at, shop.request())

    assert eventually(lambda: [BODY] == shop.shipped())
    go.set()


def test_not_yet_is_not_counted_and_keeps_the_order(shop: Shop) -> None:
    away = [True]
    seen: list[bytes] = []

    def forward(message: Message) -> None:
        if away[0]:
            raise NotYet(0.1, "connection refused")
        seen.append(message.body)

    at = endpoint(forward, mode="inbox", running=1, schedule=Schedule(retries=0))
    told: list[Ran] = []
    inbox = shop.open(at, workers=2, listeners=[told.append])
    for number in range(3):
        inbox.accept(at, shop.request(b"%d" % number))
    assert eventually(lambda: len(told) > 3)
    waiting = inbox.messages()
    assert {"pending", "running"} >= {one.state for one in waiting}
    assert "connection refused" in {one.error for one in waiting}

    away[0] = False

    assert eventually(lambda: not inbox.waiting())
    assert [b"0", b"1", b"2"] == seen
    assert {"done"} == {one.state for one in inbox.messages()}


def test_a_request_that_waits_is_answered_503_by_not_yet(shop: Shop) -> None:
    def forward(_message: Message) -> None:
        raise NotYet(1, "connection refused")

    at = endpoint(forward)
    inbox = shop.open(at)

    assert (503, "handler_failed") == _said(inbox.accept(at, shop.request()))
    assert ("failed", None) == (only(inbox).state, only(inbox).due_ms)


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500])
def test_somebody_elses_answer_is_passed_on_as_it_is(shop: Shop, status: int) -> None:
    """Outside 2xx it has failed: whoever gave it may mend his side."""
    at = endpoint(lambda _message: Verbatim(status, b"<p>", "text/html"))
    inbox = shop.open(at)

    answer = inbox.accept(at, shop.request())

    assert (status, b"<p>", "text/html") == (answer.status, answer.body, answer.content_type)
    assert ("done" if status < 300 else "failed") == only(inbox).state


def test_each_run_is_told_of(shop: Shop) -> None:
    def fail_once(message: Message) -> None:
        if message.attempt == 1:
            raise RuntimeError("away")

    at = endpoint(fail_once, mode="inbox")
    told: list[Ran] = []
    inbox = shop.open(at, workers=0, listeners=[told.append])
    inbox.accept(at, shop.request())
    inbox.run_due()
    shop.clock.advance(60)
    inbox.run_due()

    assert [(1, "failed", 500, "RuntimeError: away"), (2, "done", 200, None)] == [
        (one.attempt, one.state, one.status, one.error) for one in told
    ]
    assert told[0].again_in_s is not None
    assert 0 <= told[0].again_in_s <= 1
    assert told[1].again_in_s is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "queue"}, 'mode is "synchronous" or "inbox"'),
        ({"running": 0}, "running is 1 or more"),
        ({"retries": -1}, "retries are 0 to 1000"),
        ({"retry_base": 10, "retry_cap": 1}, "retry_base (10 s) is above 0 and at most retry_cap"),
    ],
)
def test_what_cannot_be_right_is_said_when_it_is_declared(options: Any, words: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        Receiver().on(PATH, secrets="a secret that is long enough", **options)

    assert f"the endpoint {PATH} " in str(refused.value) or PATH in str(refused.value)
    assert words in str(refused.value)


def _said(answer: Any) -> tuple[int, str | None]:
    return answer.status, answer.code


def test_a_turn_that_did_not_come_costs_no_worker(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("hookproof_receiver.inbox.writer.COMMIT_WAITS", 0.01)
    monkeypatch.setattr("hookproof_receiver.inbox.worker._LOOKS_EVERY", 0.05)
    at = endpoint(mode="inbox")
    late = FixedClock(shop.clock() / NANOSECONDS - 60)
    shop.open(at, clock=late, workers=2)
    inbox = shop.open(at, workers=0)
    assert inbox.accept(at, shop.request()).kept

    with writing(shop.engine):
        late.advance(120)
        assert eventually(lambda: "the inbox could not be looked at" in caplog.text)

    assert eventually(lambda: shop.shipped() == [BODY])


def test_while_a_request_is_waited_for_at_the_end_no_worker_begins_another_message(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hookproof_receiver.inbox.worker._LOOKS_EVERY", 0.01)
    slow, ran = Slow(), threading.Event()
    waited, kept = endpoint(slow, "/slow"), endpoint(lambda message: ran.set(), mode="inbox")
    closing = shop.open(waited, kept)
    other = shop.open(kept, workers=0)
    request = threading.Thread(target=closing.accept, args=(waited, shop.request()))
    request.start()
    assert slow.started.wait(PATIENCE)
    end = threading.Thread(target=closing.close, args=(PATIENCE,))
    end.start()
    assert eventually(lambda: not closing.has_room)

    assert other.accept(kept, shop.request(b"late")).kept
    begun = ran.wait(0.3)
    slow.go.set()
    end.join(PATIENCE)
    request.join(PATIENCE)

    assert not begun
