"""Receivers and workers that are told to stop amid their work: nothing is lost, or run again."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from tests.crash.children import Child
from tests.crash.receiver.calls import body_of, call
from tests.crash.receiver.history import Acknowledged, problems
from tests.crash.receiver.load import Load
from tests.crash.receiver.place import SERVERS, Place, Receiving
from tests.receiver.bare_server import eventually

MESSAGES = 40
STOPS = 4


def stop(child: Child, number: int = signal.SIGTERM) -> None:
    """Tell a process to stop, and see that it ends well."""
    child.signal(number)
    with child:
        assert (130 if number == signal.SIGINT else 0) == child.end()
        assert not any("Traceback" in line for line in child.lines), child.lines


def more(load: Load, count: int) -> None:
    """Wait until so many more were acknowledged."""
    enough = len(load.acknowledged) + count
    eventually(lambda: len(load.acknowledged) >= enough)


def states(place: Place) -> Counter[str]:
    """Of all messages."""
    return Counter(row.state for row in place.rows())


@pytest.mark.long
@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, id="CRASH-32/receiver under load")])
@pytest.mark.parametrize("server", SERVERS)
def test_a_receiver_that_is_stopped_under_load_ends_what_it_began(
    place: Place, server: str, number: int
) -> None:
    words = ("--server", server, "--log", "quiet", "--answer-within", "400 ms")
    receiving = Receiving(place, "ready", *words)
    load = Load([receiving.port], seed=3)
    with load:
        for _ in range(STOPS):
            more(load, 30)
            stop(receiving.process, number)
            assert 0 == states(place)["running"]
            receiving.start()
    place.rest()
    stop(receiving.process)

    history = place.history(load.sent.keys(), load.acknowledged, alone=True)
    assert ([], []) == (problems(history), load.given_up)
    assert len(set(history.effects)) == len(history.effects)
    assert "ok" == place.integrity()


@pytest.mark.long
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGTERM, id="CRASH-32/inbox work"),
        pytest.param(signal.SIGINT, id="CRASH-32/inbox work, Ctrl-C"),
    ],
)
def test_a_worker_that_is_stopped_ends_what_it_began_and_leaves_the_rest(
    place: Place, number: int
) -> None:
    receiving = Receiving(place, "ready", "--log", "quiet", "--workers", "0")
    acknowledged = []
    for one in range(MESSAGES):
        path = ("/inbox/tx", "/inbox/plain")[one % 2]
        answer = call(receiving.port, path, body_of(str(one), takes_s=0.05))
        assert answer is not None
        acknowledged.append(Acknowledged(str(one), answer.message_id or "", None))
    assert {"pending": MESSAGES} == states(place)
    worker = place.worker()
    eventually(lambda: len(place.effects()) >= 5)
    stop(worker, number)
    stopped = states(place)
    assert {"pending", "done"} == stopped.keys()
    assert stopped["done"] == len(place.effects())
    place.rest()
    stop(receiving.process)

    history = place.check({str(one) for one in range(MESSAGES)}, acknowledged)
    assert MESSAGES == len(history.effects)
