"""Workers that are told to stop, run out of file descriptors, or die beside others."""

from __future__ import annotations

import os
import resource
import signal
import time

import pytest
from tests.crash import programs
from tests.crash.children import Child
from tests.crash.commands import hookproof, limited
from tests.crash.gate import Gate
from tests.crash.place import Place
from tests.crash.programs import task
from tests.crash.shop import PATH
from tests.receiver.bare_server import eventually


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGTERM, id="CRASH-32"), pytest.param(signal.SIGINT, id="CRASH-32/Ctrl-C")],
)
def test_a_worker_that_is_told_to_stop_ends_what_is_under_way_and_gives_back_the_rest(
    place: Place, number: int
) -> None:
    keys = [f"{number}/{one}" for one in "abc"]
    with Gate(place.shop.port, "answer") as gate:
        place.record(*(task(gate.url + PATH, key) for key in keys))
        with hookproof(place, "work", "--in-flight", "1") as worker:
            gate.reached()
            began = time.monotonic()
            worker.signal(number)
            eventually(lambda: states(place) == ["in_flight", "pending", "pending"])
            assert worker.is_alive()
            gate.let_go()
            assert (130 if number == signal.SIGINT else 0) == worker.end()
            assert time.monotonic() - began < 30
        assert [None] == gate.guids
        assert ["delivered", "pending", "pending"] == states(place)
        assert 1 == sum(row.attempts for row in place.rows())
        place.recover(later=0)  # they are nobody's: a worker takes them at once

        assert [None] * 3 == gate.guids
    place.check(set(keys), set(keys))


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGTERM, id="CRASH-33"), pytest.param(signal.SIGINT, id="CRASH-33/Ctrl-C")],
)
def test_a_second_signal_cuts_off_what_is_under_way_and_it_is_made_again(
    place: Place, number: int
) -> None:
    keys = [f"{number}/cut/{one}" for one in "ab"]
    with Gate(place.shop.port, "answer") as gate:
        place.record(*(task(gate.url + PATH, key) for key in keys))
        with hookproof(place, "work", "--in-flight", "1") as worker:
            gate.reached()
            worker.signal(number)
            eventually(lambda: states(place) == ["in_flight", "pending"])
            worker.signal(number)
            assert (130 if number == signal.SIGINT else 0) == worker.end()
        assert ["pending"] * 2 == states(place)
        (cut,) = (row for row in place.rows() if row.attempts)
        assert (1, "interrupted") == (cut.attempts, cut.cause)
        place.recover(later=0)

        assert {None, cut.guid} == set(gate.guids)
    place.check(set(keys), set(keys))


@pytest.mark.parametrize("what", [pytest.param(resource.RLIMIT_NOFILE, id="CRASH-34")])
def test_without_a_file_descriptor_attempts_fail_and_are_made_again(place: Place, what: int) -> None:
    keys = [f"descriptors/{one}" for one in range(6)]
    with Child(programs.work, place.database, until_done=False) as worker:
        place.record(task(place.shop.url, keys[0]))
        assert (1, 201) == worker.says()
        used = {int(name) for name in os.listdir(f"/proc/{worker.pid}/fd")}
        with limited(worker, what, min(set(range(1000)) - used)):
            place.record(*(task(place.shop.url, key) for key in keys[1:]), retry_base=0.1)
            assert {(1, "local_failure")} == {worker.says() for _ in keys[1:]}
        statuses: list[int | str] = []
        while statuses.count(201) < len(keys[1:]):
            statuses.append(worker.says()[1])

    assert len(keys) == len(place.check(set(keys), set(keys)).requests)


@pytest.mark.parametrize("number", [pytest.param(signal.SIGKILL, id="CRASH-35")])
def test_a_worker_that_is_killed_like_by_the_kernel_takes_no_other_with_it(
    place: Place, number: int
) -> None:
    """What it had under way is taken over when its leases run out."""
    with Gate(place.shop.port, "answer") as gate, hookproof(place, "work") as one:
        place.record(task(gate.url + PATH, "oom/first"))
        gate.reached()
        with hookproof(place, "work") as other:
            other.prints("ready")
            one.signal(number)
            assert -number == one.end()
            place.record(task(gate.url + PATH, "oom/second"))
            other.prints("<-- 201")
            assert ["delivered", "in_flight"] == states(place)
        gate.let_go()
        place.recover()

    keys = {"oom/first", "oom/second"}
    place.check(keys, keys)


def states(place: Place) -> list[str]:
    """Of all messages, in the order of the alphabet."""
    return sorted(row.state for row in place.rows())
