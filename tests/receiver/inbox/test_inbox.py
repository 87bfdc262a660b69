"""What the inbox shows, and gives back at the end."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import event
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint, ship
from tests.receiver.inbox.test_promise import SOON, Slow

from hookproof_receiver.inbox import Message
from hookproof_receiver.inbox.outcome import ERROR_LENGTH, describe
from hookproof_receiver.inbox.schedule import Schedule
from hookproof_runtime.database import Connection


def test_each_request_is_written_down_with_its_verdict(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request(guid="g")
    inbox.accept(at, request)
    inbox.accept(at, shop.again(request))
    inbox.accept(at, shop.request(guid="g"))

    assert [("new", 4, 201), ("answered", 1, 201), ("answered", 2, 201)] == [
        (one.verdict, one.rule, one.status) for one in inbox.deliveries()[::-1]
    ]


def test_messages_and_requests_are_listed_newest_first(shop: Shop) -> None:
    orders, returns = endpoint(), endpoint(path="/hooks/returns")
    inbox = shop.open(orders, returns)
    one = inbox.accept(orders, shop.request()).message_id
    two = inbox.accept(returns, shop.request()).message_id
    three = inbox.accept(orders, shop.request()).message_id

    assert [three, two, one] == [message.id for message in inbox.messages()]
    assert [three, one] == [message.id for message in inbox.messages(orders.path)]
    assert [three] == [message.id for message in inbox.messages(limit=1)]
    assert [two] == [delivery.message_id for delivery in inbox.deliveries(endpoint=returns.path)]
    assert [one] == [delivery.message_id for delivery in inbox.deliveries(str(one))]
    assert inbox.messages()[0] == inbox.message(str(three))
    assert inbox.message("msg_none") is None


def test_closing_waits_for_what_runs(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)
    request = shop.request()
    inbox.accept(at, request)

    assert not inbox.close(timeout=SOON)
    slow.go.set()
    assert inbox.close(timeout=PATIENCE)

    assert [b'{"order": 4}'] == shop.shipped()
    assert 503 == inbox.accept(at, shop.request(b"other")).status


def test_what_outlives_a_close_still_has_its_lease(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    closing = shop.open(at, answer_within=SOON)
    request = shop.request()
    closing.accept(at, request)
    closing.close(timeout=SOON)
    other = shop.open(at)

    assert other.accept(at, shop.again(request)).kept
    assert "running" == other.messages()[0].state
    slow.go.set()
    assert closing.close(timeout=PATIENCE)
    assert [1] == slow.attempts


def test_a_wrong_clock_changes_no_deadline(shop: Shop) -> None:
    """The wall clock jumps while a handler runs: what is waited for is measured by another."""
    started, go = threading.Event(), threading.Event()

    def slow(message: Message, tx: Connection) -> object:
        started.set()
        assert go.wait(PATIENCE)
        return ship(message, tx)

    at = endpoint(slow)
    inbox = shop.open(at)
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(inbox.accept(at, shop.request()).status))
    thread.start()
    assert started.wait(PATIENCE)
    shop.clock.advance(3600)
    go.set()
    thread.join(PATIENCE)

    assert [201] == statuses


@pytest.mark.parametrize(
    ("error", "line"),
    [
        pytest.param(ValueError("no such order"), "ValueError: no such order", id="words"),
        pytest.param(KeyError(), "KeyError", id="none"),
        pytest.param(ValueError("one\ntwo"), "ValueError: one", id="the first line alone"),
        pytest.param(ValueError("x" * 1000), f"ValueError: {'x' * 1000}"[:ERROR_LENGTH], id="bounded"),
        pytest.param(ValueError("\ud800"), "ValueError: \\ud800", id="half a surrogate pair"),
    ],
)
def test_an_error_is_kept_in_one_bounded_line(error: Exception, line: str) -> None:
    assert line == describe(error)


def test_a_promised_message_is_run_again_ever_later_and_then_parked() -> None:
    schedule = Schedule(retries=8, base_s=1, cap_s=60)
    longest = [schedule.due_ms(retried, 1_000_000, 1.0) for retried in range(9)]

    assert [1, 2, 4, 8, 16, 32, 60, 60, None] == [
        None if due is None else (due - 1_000_000) // 1000 for due in longest
    ]
    assert 1_000_000 == schedule.due_ms(3, 1_000_000, 0.0)


def test_no_body_and_no_token_is_shown(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request(b'"the body"')
    request = replace(request, headers=(*request.headers, ("Authorization", "Bearer the body")))
    answer = inbox.accept(at, request)

    for shown in (request, answer, inbox.messages(), inbox.deliveries(), replace(answer, status=200)):
        assert "the body" not in repr(shown)


def test_a_handler_that_logs_its_message_shows_no_body_and_no_token(shop: Shop) -> None:
    shown: list[str] = []
    at = endpoint(lambda message: shown.append(repr(message)))
    inbox = shop.open(at)
    request = shop.request(b'"the body"')
    inbox.accept(at, replace(request, headers=(*request.headers, ("Authorization", "Bearer token"))))

    assert all(secret not in shown[0] for secret in ("the body", "token", "sha256="))


def test_an_error_that_is_no_text_is_kept_all_the_same(shop: Shop) -> None:
    """A sender may put it there: JSON can hold half a surrogate pair, UTF-8 cannot."""

    def fail(message: Message) -> None:
        raise ValueError(message.json())

    at = endpoint(fail)
    inbox = shop.open(at)
    answer = inbox.accept(at, shop.request(b'"\\ud800"'))

    assert (500, "handler_failed") == (answer.status, answer.code)
    assert "ValueError: \\ud800" == inbox.messages()[0].error


def test_each_line_that_a_handler_logs_carries_the_ids(shop: Shop) -> None:
    seen: list[dict[str, str]] = []
    at = endpoint(lambda _message: seen.append(structlog.contextvars.get_contextvars()))
    inbox = shop.open(at)
    request = shop.request(guid="g")
    answer = inbox.accept(at, request)

    assert [{"delivery": request.id, "message": answer.message_id, "guid": "g"}] == seen


def test_what_has_no_handler_wakes_no_worker(shop: Shop) -> None:
    at = endpoint(None)
    inbox = shop.open(at)
    begun: list[object] = []
    event.listen(shop.engine, "begin", begun.append)

    for _ in range(20):
        assert inbox.accept(at, shop.request()).kept

    assert len(begun) < 30  # one each, and what the worker does of its own accord
