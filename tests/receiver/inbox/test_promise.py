"""A 2xx is a promise: what is answered "kept" is on disk, and the receiver's to finish."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from tests.receiver.inbox.child import Child
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint, eventually, ship

from hookproof.clock import system_clock
from hookproof_receiver.inbox import (
    Answer,
    Endpoint,
    Inbox,
    Message,
    MessageRecord,
    Rejected,
    Schedule,
    accepting,
    writer,
)
from hookproof_receiver.inbox.promising import promise
from hookproof_runtime.database import Connection, writing

SOON = 0.3  # seconds until a promise: a handler has long begun by then
BODY = b'{"order": 4}'


class Slow:
    """A handler that does nothing until it is let go, and then what it is told to."""

    def __init__(self, ending: Any = None) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.ending = ending
        self.attempts: list[int] = []

    def __call__(self, message: Message, tx: Connection) -> Any:
        self.attempts.append(message.attempt)
        self.started.set()
        assert self.go.wait(PATIENCE)
        if isinstance(self.ending, Exception):
            raise self.ending
        return self.ending or ship(message, tx)


def only(inbox: Inbox) -> MessageRecord:
    (message,) = inbox.messages()
    return message


def settled(inbox: Inbox, state: str) -> bool:
    return eventually(lambda: only(inbox).state == state)


def promise_after(held: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try no promise before a handler has the lock: how soon it is there is the machine's affair."""

    def late(*words: Any) -> Answer:
        assert held.wait(PATIENCE)
        return promise(*words)

    monkeypatch.setattr(accepting, "promise", late)


@contextmanager
def database_held(shop: Shop) -> Iterator[None]:
    """Somebody else's transaction holds the lock meanwhile."""
    with writing(shop.engine) as connection:
        connection.execute(text("SELECT 1"))
        yield


def test_what_takes_too_long_is_promised_and_a_retry_never_runs_it(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)

    first = inbox.accept(at, shop.request())
    retry = inbox.accept(at, shop.request(guid="g"))

    assert [(200, True, b"")] * 2 == [(one.status, one.kept, one.body) for one in (first, retry)]
    assert (True, "running") == (only(inbox).promised, only(inbox).state)
    slow.go.set()
    assert settled(inbox, "done")
    late = inbox.accept(at, shop.request(guid="g"))
    assert (201, True, False) == (late.status, late.duplicate, late.kept)
    assert [BODY] == shop.shipped()
    assert [1] == slow.attempts


def test_a_duplicate_that_waited_long_enough_promises_too(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    patient, hasty = shop.open(at), shop.open(at, answer_within=SOON)
    request = shop.request()
    answers: list[Answer] = []
    first = threading.Thread(target=lambda: answers.append(patient.accept(at, request)))
    first.start()
    assert slow.started.wait(PATIENCE)

    assert hasty.accept(at, shop.again(request)).kept
    slow.go.set()
    first.join(PATIENCE)

    assert [201] == [answer.status for answer in answers]
    assert [BODY] == shop.shipped()


def test_what_ended_in_the_last_moment_is_answered_with_its_outcome(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark is for what is unfinished alone: here the handler's commit holds the lock before it."""
    held = threading.Event()
    promise_after(held, monkeypatch)

    def slow(message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        held.set()
        threading.Event().wait(3 * SOON)
        return answer

    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)

    answer = inbox.accept(at, shop.request())

    assert (201, False, False) == (answer.status, answer.kept, only(inbox).promised)


def test_a_promise_that_cannot_be_committed_is_not_made(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that holds the lock: 503 after 3 s, and the retry finds the outcome."""
    monkeypatch.setattr(writer, "COMMIT_WAITS", SOON)  # a span of time, which is 3 s
    held, go = threading.Event(), threading.Event()
    promise_after(held, monkeypatch)

    def hold(message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        held.set()
        assert go.wait(PATIENCE)
        return answer

    at = endpoint(hold)
    inbox = shop.open(at, answer_within=SOON)

    answer = inbox.accept(at, shop.request())

    assert (503, "busy", True) == (answer.status, answer.code, bool(answer.retry_after_s))
    monkeypatch.undo()
    go.set()
    assert settled(inbox, "done")
    retry = inbox.accept(at, shop.request(guid="g"))
    assert (201, True) == (retry.status, retry.duplicate)
    assert [BODY] == shop.shipped()
    assert [201, None] == [delivery.status for delivery in inbox.deliveries()]


@pytest.mark.parametrize(
    ("ending", "state", "status"),
    [
        pytest.param(Rejected(404), "rejected", 404, id="rejected"),
        pytest.param((409, {"no": 1}), "rejected", 409, id="a returned 4xx"),
    ],
)
def test_a_promised_message_may_be_rejected_for_good(
    shop: Shop, ending: Any, state: str, status: int
) -> None:
    slow = Slow(ending)
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)
    inbox.accept(at, shop.request())
    slow.go.set()
    assert settled(inbox, state)

    late = inbox.accept(at, shop.request(guid="g"))

    assert (status, True) == (late.status, late.duplicate)
    assert [] == shop.shipped()


def test_a_promised_message_that_failed_is_run_again_by_the_receiver(shop: Shop) -> None:
    slow = Slow(RuntimeError("the database is away"))
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)
    inbox.accept(at, shop.request())
    slow.go.set()
    assert settled(inbox, "failed")
    assert inbox.accept(at, shop.request(guid="g")).kept  # not run by the retry
    slow.ending = None

    shop.clock.advance(60)

    assert eventually(lambda: inbox.run_due() == 0 and only(inbox).state == "done")
    assert [1, 2] == slow.attempts
    assert [BODY] == shop.shipped()


def test_the_worker_runs_it_without_being_asked(shop: Shop) -> None:
    go = threading.Event()
    attempts: list[int] = []

    def fail_once(message: Message, tx: Connection) -> Any:
        assert go.wait(PATIENCE)
        attempts.append(message.attempt)
        if len(attempts) == 1:
            raise RuntimeError("the database is away")
        return ship(message, tx)

    at = endpoint(fail_once)
    inbox = shop.open(at, answer_within=SOON, clock=system_clock)
    inbox.accept(at, shop.request())
    go.set()

    assert settled(inbox, "done")
    assert [1, 2] == attempts
    assert [BODY] == shop.shipped()


def test_after_the_last_try_it_is_parked_with_its_error(shop: Shop) -> None:
    slow = Slow(RuntimeError("the database is away\nand more"))
    at = endpoint(slow, schedule=Schedule(retries=3, base_s=1, cap_s=60))
    inbox = shop.open(at, answer_within=SOON)
    inbox.accept(at, shop.request())
    slow.go.set()
    assert settled(inbox, "failed")

    def parked() -> bool:
        shop.clock.advance(60)
        inbox.run_due()
        return only(inbox).parked

    assert eventually(parked)
    assert [1, 2, 3, 4] == slow.attempts
    assert "RuntimeError: the database is away" == only(inbox).error
    assert inbox.accept(at, shop.request(guid="g")).kept
    assert 4 == len(slow.attempts)


def test_what_was_promised_by_a_process_that_died_is_run_by_another(shop: Shop) -> None:
    request = shop.request()
    with Child(shop.url, "hang", request, answer_within=SOON) as child:
        assert "inside" == child.says()
        assert "200" == child.says()
        child.kill()
    at = endpoint()
    inbox = shop.open(at)
    assert settled(inbox, "failed")
    assert "the process that ran it ended" == only(inbox).error

    shop.clock.advance(60)

    assert eventually(lambda: inbox.run_due() == 0 and only(inbox).state == "done")
    assert [BODY] == shop.shipped()


def test_what_was_not_promised_is_the_senders_to_retry(shop: Shop) -> None:
    """A process that died before it answered left nothing that the receiver runs by itself."""
    with Child(shop.url, "hang", shop.request()) as child:
        assert "inside" == child.says()
        child.kill()
    inbox = shop.open(endpoint())
    assert settled(inbox, "failed")

    shop.clock.advance(600)

    assert 0 == inbox.run_due()
    assert (False, None, []) == (only(inbox).parked, only(inbox).due_ms, shop.shipped())


def test_a_message_of_a_path_without_a_handler_now_is_left_alone(shop: Shop) -> None:
    slow = Slow(RuntimeError("away"))
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)
    inbox.accept(at, shop.request())
    slow.go.set()
    assert settled(inbox, "failed")
    inbox.close()
    later = shop.open(Endpoint(at.path))

    shop.clock.advance(600)

    assert 0 == later.run_due()
    assert only(later).due_ms is not None


def test_a_newer_body_of_a_promised_message_is_what_runs_next(shop: Shop) -> None:
    slow = Slow(RuntimeError("away"))
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)
    inbox.accept(at, shop.request(guid="g"))
    slow.go.set()
    assert settled(inbox, "failed")
    slow.ending = None

    assert inbox.accept(at, shop.request(b'{"order": 5}', "g")).kept
    shop.clock.advance(60)

    assert eventually(lambda: inbox.run_due() == 0 and only(inbox).state == "done")
    assert [b'{"order": 5}'] == shop.shipped()


def test_a_keep_waits_three_seconds_for_the_lock_and_is_answered_503(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request()
    with database_held(shop):
        answer = inbox.accept(at, request)

    assert (503, "busy", None) == (answer.status, answer.code, answer.message_id)
    assert [] == inbox.messages()
    assert 201 == inbox.accept(at, shop.again(request)).status
