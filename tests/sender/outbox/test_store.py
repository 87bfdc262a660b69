"""Leases and their fences, under a clock that moves only when it is told to."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.contract.rules import table
from tests.sender.outbox.made import (
    ended,
    give_up_the_lost,
    of_id,
    outbox_in,
    record,
    state_of,
    take,
    task,
)

from hookproof.testing import FixedClock
from hookproof_runtime.database import writing
from hookproof_sender.outbox import STATES, Filters, Outbox, TakenOver
from hookproof_sender.outbox.store import leasing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def outbox(tmp_path: Path, clock: FixedClock) -> Outbox:
    return outbox_in(tmp_path, clock=clock)


@pytest.fixture
def other(tmp_path: Path, outbox: Outbox, clock: FixedClock) -> Outbox:
    """The same database, as another process has it."""
    outbox.counts()  # opens it
    return outbox_in(tmp_path, clock=clock)


def kept(outbox: Outbox, message: str) -> Any:
    found = outbox.show(message)
    assert found is not None
    return found


@pytest.mark.rule("P-OUTBOX-2")
def test_the_states_are_the_contracts() -> None:
    assert [(state,) for state in STATES] == table("**P-OUTBOX-2**")


def test_those_are_taken_first_that_have_been_due_for_longest(
    outbox: Outbox, clock: FixedClock
) -> None:
    ids = []
    for _ in range(4):
        ids.append(outbox.enqueue(task()))
        clock.advance(1)

    assert ids[:3] == [one.id for one in take(outbox, room=3)]
    assert ids[3:] == [one.id for one in take(outbox, room=3)]


def test_what_is_not_due_is_not_taken(outbox: Outbox, clock: FixedClock) -> None:
    message = outbox.enqueue(task())
    (one,) = take(outbox)
    record(outbox, (one, ended(one, 500)))
    due_ms = kept(outbox, message).due_ms
    assert [] == take(outbox)
    clock.advance((due_ms - outbox.now_ms() - 1) / 1000)
    assert [] == take(outbox)
    clock.advance(0.001)

    assert [(message, 2)] == [(one.id, one.number) for one in take(outbox)]


def test_with_one_attempt_left_no_message_is_leased_before_there_is_room(outbox: Outbox) -> None:
    """If the process died meanwhile, nobody would know its outcome."""
    outbox.enqueue_all([task(maxRetries=0) for _ in range(5)])
    others = outbox.enqueue_all([task(maxRetries=1) for _ in range(3)])

    assert [] == take(outbox, room=0, ahead=5)
    assert 2 == len(take(outbox, room=2, ahead=0))
    taken = [one.id for one in take(outbox, room=1, ahead=100)]
    assert others == taken[1:]


@pytest.mark.parametrize(("most_bytes", "taken"), [(0, 1), (999, 1), (2000, 2), (10_000, 4)])
def test_no_more_bytes_are_taken_than_there_may_be(outbox: Outbox, most_bytes: int, taken: int) -> None:
    outbox.enqueue_all([task(body="x" * 1000) for _ in range(4)])

    assert taken == len(take(outbox, most_bytes=most_bytes))


@pytest.mark.rule("P-OUTBOX-3")
def test_every_lease_has_a_fence_above_those_before(outbox: Outbox, clock: FixedClock) -> None:
    message = outbox.enqueue(task(maxRetries=2))
    fences = []
    for _ in range(3):
        (one,) = take(outbox)
        fences.append(one.fence)
        record(outbox, (one, ended(one, 500)))
        clock.advance(60)
    outbox.retry(of_id(message))
    fences += [one.fence for one in take(outbox)]

    assert fences == sorted(set(fences))


@pytest.mark.rule("P-OUTBOX-4")
def test_what_is_given_back_counts_as_no_attempt(outbox: Outbox) -> None:
    message = outbox.enqueue(task(maxRetries=0))
    for _ in range(3):
        taken = take(outbox)
        with writing(outbox.engine) as connection:
            leasing.give_back(connection, taken, outbox.now_ms())
    (one,) = take(outbox)

    assert (1, 1) == (one.number, kept(outbox, message).attempts)


@pytest.mark.rule("P-OUTBOX-3")
def test_nothing_is_given_back_or_renewed_under_a_lease_that_another_has(
    outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    message = outbox.enqueue(task())
    stolen = take(outbox)
    clock.advance(60)
    give_up_the_lost(other)
    take(other)
    before = kept(outbox, message)
    with writing(outbox.engine) as connection:
        leasing.give_back(connection, stolen, outbox.now_ms())
        leasing.renew(connection, stolen, outbox.now_ms() + 10**9)

    assert before == kept(outbox, message)


@pytest.mark.rule("P-OUTBOX-3")
@pytest.mark.parametrize("late", [200, 500])
@pytest.mark.parametrize("step", ["marked lost", "taken again", "delivered", "pruned"])
def test_a_late_result_puts_its_own_record_right_and_no_more(
    outbox: Outbox, other: Outbox, clock: FixedClock, step: str, late: int
) -> None:
    message = outbox.enqueue(task())
    (stolen,) = take(outbox)
    clock.advance(60)
    give_up_the_lost(other)
    if step != "marked lost":
        (again,) = take(other)
    if step in ("delivered", "pruned"):
        record(other, (again, ended(again, 201)))
    if step == "pruned":
        other.prune(of_id(message), older_than=-1)
    before = outbox.show(message)

    (lost,) = record(outbox, (stolen, ended(stolen, late)))

    after = outbox.show(message)
    assert lost.leased == stolen
    if before is None or after is None:
        assert before is after is None
        with writing(outbox.engine) as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM hookproof_outbox_attempts")
            assert 0 == count.scalar()
        return
    assert ("lost", late) == (before.history[0].cause, after.history[0].status)
    assert before.history[1:] == after.history[1:]
    assert (before.state, before.attempts, before.due_ms, before.status, before.owner) == (
        (after.state, after.attempts, after.due_ms, after.status, after.owner)
    )


@pytest.mark.rule("P-OUTBOX-5")
def test_a_lease_that_ran_out_is_a_lost_attempt(outbox: Outbox, clock: FixedClock) -> None:
    again, last = outbox.enqueue_all([task(1, maxRetries=1), task(1, maxRetries=0)])
    take(outbox)
    clock.advance(59.999)
    assert [] == give_up_the_lost(outbox)
    clock.advance(0.001)
    give_up_the_lost(outbox)

    assert ("pending", "unknown") == (state_of(outbox, again), state_of(outbox, last))
    assert outbox.now_ms() == kept(outbox, again).due_ms
    (one,) = take(outbox)
    assert (again, 2, one.guid) == (one.id, one.number, one.guid_sent)


def test_a_message_of_the_foreground_is_held_through_its_pause(
    outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    first = outbox.draft(task(maxRetries=1))
    outbox.begin(first)
    _, step = outbox.finish_attempt(first, ended(first, 500), Random(1))
    clock.advance(step.delay_s or 0)
    assert [] == take(other), "it is due, and whoever holds it will go on"
    second = outbox.go_on(first)

    assert (2, first.fence + 1) == (second.number, second.fence)
    _, step = outbox.finish_attempt(second, ended(second, 200), Random(1))
    assert "delivered" == step.state == state_of(other, first.id)


def test_a_foreground_that_died_in_its_pause_is_followed_by_a_worker(
    outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    first = outbox.draft(task())
    outbox.begin(first)
    outbox.finish_attempt(first, ended(first, 500), Random(1))
    clock.advance(outbox.lease + 1)
    (taken,) = take(other)

    assert (first.id, 2) == (taken.id, taken.number)
    with pytest.raises(TakenOver):
        outbox.go_on(first)
    record(other, (taken, ended(taken, 500)))
    before = kept(other, first.id)
    with pytest.raises(TakenOver):
        outbox.go_on(first)
    assert before == kept(other, first.id)


def test_what_the_foreground_lets_go_is_a_workers_when_it_is_due(
    outbox: Outbox, other: Outbox, clock: FixedClock
) -> None:
    first = outbox.draft(task())
    outbox.begin(first)
    outbox.finish_attempt(first, ended(first, 500), Random(1))
    outbox.let_go(first)
    assert [] == take(other)
    clock.advance(1)

    assert [first.id] == [one.id for one in take(other)]


@pytest.mark.rule("P-OUTBOX-9", "P-OUTBOX-10")
def test_what_a_person_may_change_in_each_state(outbox: Outbox, clock: FixedClock) -> None:
    ids = dict(
        zip(STATES, outbox.enqueue_all([task(n, maxRetries=0) for n in range(1, 7)]), strict=True)
    )
    outbox.cancel(of_id(ids["cancelled"]))
    taken = {one.id: one for number in range(1, 7) for one in _take_of(outbox, number, ids)}
    record(outbox, (taken[ids["delivered"]], ended(taken[ids["delivered"]], 200)))
    record(outbox, (taken[ids["failed"]], ended(taken[ids["failed"]], 500)))
    unknown = taken[ids["unknown"]]
    record(outbox, (unknown, ended(unknown, None, "lost")))
    assert dict.fromkeys(STATES, 1) == outbox.counts()

    retried = {state for state, one in ids.items() if outbox.retry(of_id(one))}
    assert {"pending", "failed", "unknown"} == retried
    cancelled = {state for state, one in ids.items() if outbox.cancel(of_id(one))}
    assert {"pending", "failed", "unknown"} == cancelled
    clock.advance(10)
    assert [] == outbox.prune(Filters(), older_than=11)
    assert 5 == len(outbox.prune(Filters(), older_than=9))
    assert {"in_flight": 1} == outbox.counts()


def _take_of(outbox: Outbox, port: int, ids: dict[Any, str]) -> Any:
    skipped = (ids["pending"], ids["cancelled"])
    if list(ids.values())[port - 1] in skipped:
        return []
    return take(outbox, endpoint=f"http://127.0.0.1:{port}")
