"""What a worker keeps to, with attempts that make no request."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.sender.outbox.made import (
    Attempts,
    Running,
    all_in,
    ended,
    outbox_in,
    state_of,
    task,
    until,
)

from hookproof.testing import FixedClock
from hookproof_sender.outbox import Outbox, Worker
from hookproof_sender.outbox import worker as worker_module
from hookproof_sender.outbox.worker import AHEAD

SLOW, OTHER = 1, 2  # ports
HURRY = 15.0  # seconds: what is held up waits for the slow endpoint, which never goes on by itself


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return outbox_in(tmp_path)


def transactions(outbox: Outbox) -> list[float]:
    """When each transaction began, from now on."""
    began: list[float] = []
    event.listen(outbox.engine, "begin", lambda _: began.append(time.monotonic()))
    return began


def slow_alone() -> Attempts:
    """Attempts of which those to the slow endpoint wait for the test."""
    return Attempts(lambda one: one.endpoint.endswith(f":{SLOW}"))


@pytest.mark.rule("P-OUTBOX-11")
def test_attempts_at_once_are_bounded_in_all_and_for_each_endpoint(outbox: Outbox) -> None:
    outbox.enqueue_all([task(port) for port in range(1, 7) for _ in range(10)])
    attempts = Attempts(lambda _: True)
    with Running(Worker(outbox, attempts, in_flight=7, per_endpoint=3), attempts):
        until(lambda: 7 == attempts.running)
        attempts.go_on.set()
        until(lambda: all_in(outbox, "delivered"))

    assert (7, 60) == (attempts.most, len(attempts.made))
    assert attempts.most_of_one <= 3
    assert 60 == len({one.id for one in attempts.made})


@pytest.mark.rule("P-OUTBOX-11")
@pytest.mark.parametrize("retries", [0, 3])
def test_a_slow_endpoint_holds_nobody_up(outbox: Outbox, retries: int) -> None:
    """Not even with a backlog, and where the others' messages have one attempt alone."""
    outbox.enqueue_all([task(SLOW) for _ in range(3 * AHEAD)])
    attempts = slow_alone()
    with Running(Worker(outbox, attempts, in_flight=8, per_endpoint=2), attempts):
        until(lambda: 2 == attempts.running)
        others = outbox.enqueue_all([task(OTHER, maxRetries=retries) for _ in range(20)])
        until(lambda: all("delivered" == state_of(outbox, one) for one in others), HURRY)

        assert 2 == attempts.running


def test_a_message_has_a_thread_at_once_while_another_waits(outbox: Outbox) -> None:
    """Two that come one after the other, faster than a thread wakes up."""
    attempts = slow_alone()
    outbox.enqueue(task(OTHER))
    with Running(Worker(outbox, attempts, in_flight=4), attempts):
        until(lambda: all_in(outbox, "delivered"))  # one thread is there, and idle
        for _ in range(4):
            slow, other = outbox.enqueue_all([task(SLOW), task(OTHER)])
            until(lambda: "delivered" == state_of(outbox, other), HURRY)  # noqa: B023
            attempts.go_on.set()
            until(lambda: "delivered" == state_of(outbox, slow))  # noqa: B023
            attempts.go_on.clear()


def test_a_worker_rests_while_a_slow_endpoint_has_a_backlog(outbox: Outbox) -> None:
    outbox.enqueue_all([task(SLOW) for _ in range(3 * AHEAD)])
    attempts = slow_alone()
    with Running(Worker(outbox, attempts, per_endpoint=2), attempts):
        until(lambda: 2 == attempts.running)
        began = transactions(outbox)
        threading.Event().wait(1.0)

        assert len(began) < 30


def test_a_worker_that_is_stopped_rests_until_the_last_attempt_is_over(outbox: Outbox) -> None:
    outbox.enqueue(task(SLOW))
    attempts = slow_alone()
    with Running(worker := Worker(outbox, attempts), attempts):
        until(lambda: 1 == attempts.running)
        worker.stop()
        before = time.process_time()
        threading.Event().wait(1.0)

        assert time.process_time() - before < 0.5


@pytest.mark.parametrize("retries", [0, 1])
def test_what_has_one_attempt_left_is_not_sent_in_small_batches(outbox: Outbox, retries: int) -> None:
    """As soon as one is over the next is sent, whether or not messages may be leased ahead."""
    outbox.enqueue_all([task(OTHER, maxRetries=retries) for _ in range(400)])
    attempts = Attempts()
    began = time.monotonic()
    with Running(Worker(outbox, attempts, per_endpoint=2), attempts, until_done=True) as running:
        running.join()

    assert {"delivered": 400} == outbox.counts()
    assert time.monotonic() - began < HURRY * 2  # 2 each quarter of a second would be 50 s


def test_endpoints_take_turns_where_there_is_room_for_few(outbox: Outbox) -> None:
    """Whatever they are called, also where all their messages were recorded at one time."""
    outbox.enqueue_all([task(port, maxRetries=0) for _ in range(50) for port in (3, 2, 1)])
    attempts = Attempts()
    worker = Worker(outbox, attempts, in_flight=2, per_endpoint=2)
    with Running(worker, attempts, until_done=True) as running:
        running.join()
    first = Counter(one.endpoint for one in attempts.made[:75])

    assert 3 == len(first)


@pytest.mark.rule("P-OUTBOX-4", "P-OUTBOX-12")
def test_stopping_lets_attempts_end_and_gives_the_rest_back_uncounted(outbox: Outbox) -> None:
    ids = outbox.enqueue_all([task(SLOW) for _ in range(20)])
    attempts = slow_alone()
    with Running(worker := Worker(outbox, attempts, per_endpoint=2), attempts) as running:
        until(lambda: 2 == attempts.running)
        worker.stop()
        threading.Event().wait(0.1)
        assert not running.is_over
        attempts.go_on.set()
        running.join()
    kept = [outbox.show(one) for one in ids]

    assert {"delivered": 2, "pending": 18} == outbox.counts()
    assert [0] * 18 == [one.attempts for one in kept if one and one.state == "pending"]
    assert [None] * 20 == [one.owner for one in kept if one]
    assert running.error is None


@pytest.mark.rule("P-OUTBOX-4")
def test_a_wall_clock_that_is_set_forward_loses_nothing_of_a_workers_own(tmp_path: Path) -> None:
    clock = FixedClock()
    outbox = outbox_in(tmp_path, clock=clock)
    outbox.enqueue_all([task(SLOW) for _ in range(3)])
    attempts = slow_alone()
    with Running(Worker(outbox, attempts, per_endpoint=1), attempts):
        until(lambda: 1 == attempts.running)
        clock.advance(3600)
        other = outbox.enqueue(task(OTHER))
        until(lambda: "delivered" == state_of(outbox, other))
        attempts.go_on.set()
        until(lambda: all_in(outbox, "delivered"))

    assert [1, 1, 1, 1] == [one.number for one in attempts.made]


def test_what_an_attempt_raises_is_its_own_failure(outbox: Outbox) -> None:
    def attempt(one: Any) -> Any:
        if one.endpoint.endswith(f":{SLOW}"):
            raise RuntimeError("a secret that belongs in no record")
        return ended(one)

    broken, whole = outbox.enqueue_all([task(SLOW, maxRetries=0), task(OTHER)])
    with Running(Worker(outbox, attempt), until_done=True) as running:
        running.join()
    kept = outbox.show(broken)

    assert ("failed", "delivered") == (state_of(outbox, broken), state_of(outbox, whole))
    assert kept is not None
    assert ("local_failure", 1) == (kept.cause, len(kept.history))
    assert "secret" not in kept.history[0].sentence


@pytest.mark.rule("P-OUTBOX-3")
def test_two_workers_share_an_outbox_and_send_each_message_once(tmp_path: Path, outbox: Outbox) -> None:
    outbox.enqueue_all([task(port) for port in (1, 2, 3) for _ in range(100)])
    attempts = Attempts()
    workers = [Worker(outbox_in(tmp_path), attempts) for _ in range(2)]
    with Running(workers[0], until_done=True) as one, Running(workers[1], until_done=True) as other:
        one.join()
        other.join()

    assert 300 == len(attempts.made) == len({one.id for one in attempts.made})
    assert {"delivered": 300} == outbox.counts()
    assert (None, None) == (one.error, other.error)


def test_a_worker_that_ends_in_an_error_sends_nothing_more(outbox: Outbox) -> None:
    def watch(_one: Any, _attempt: Any) -> None:
        attempts.go_on.set()
        raise RuntimeError("whoever was told cannot go on")

    outbox.enqueue_all([task(SLOW) for _ in range(20)] + [task(OTHER)])
    attempts = slow_alone()
    with Running(Worker(outbox, attempts, per_endpoint=1, on_attempt=watch), attempts) as running:
        running.join()

    assert isinstance(running.error, RuntimeError)
    assert len(attempts.made) <= 3, "the other one, the slow one under way, and one that was next"
    # What was made is on record, and what was leased ahead is nobody's: no lease has to run out first.
    assert {"delivered": len(attempts.made), "pending": 21 - len(attempts.made)} == outbox.counts()


def test_a_worker_may_run_again(outbox: Outbox) -> None:
    worker = Worker(outbox, Attempts())
    for number in (1, 2):
        outbox.enqueue_all([task(), task()])
        worker.run(until_done=True)
        assert {"delivered": 2 * number} == outbox.counts()


def test_bodies_that_wait_are_bounded_over_all_that_is_taken(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "AHEAD_BYTES", 100_000)
    outbox.enqueue_all([task(SLOW, body="x" * 30_000) for _ in range(40)])
    attempts = slow_alone()
    with Running(Worker(outbox, attempts, per_endpoint=1), attempts):
        until(lambda: 1 == attempts.running)
        outbox.enqueue_all([task(OTHER) for _ in range(20)])  # makes it look again and again
        until(lambda: outbox.counts().get("delivered") == 20)

        assert outbox.counts()["in_flight"] <= 1 + 4


def test_attempts_are_told_once_they_are_on_record(outbox: Outbox) -> None:
    told: list[tuple[str, int]] = []

    def watch(one: Any, _attempt: Any) -> None:
        told.append((state_of(outbox, one.id), one.number))

    outbox.enqueue(task(maxRetries=0))
    with Running(Worker(outbox, Attempts(status=500), on_attempt=watch), until_done=True) as running:
        running.join()

    assert [("failed", 1)] == told
