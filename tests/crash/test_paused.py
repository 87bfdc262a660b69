"""A process that is only paused loses its leases, and changes nothing when it wakes."""

from __future__ import annotations

import signal

import pytest
from tests.crash import programs
from tests.crash.children import Child
from tests.crash.gate import Gate
from tests.crash.place import Place
from tests.crash.programs import task
from tests.crash.shop import PATH

SHORT = {"lease": 1.0, "deadline": 0.9}


@pytest.mark.parametrize(
    "program", [pytest.param("send", id="CRASH-12/send"), pytest.param("work", id="CRASH-12/work")]
)
def test_who_wakes_up_in_the_middle_of_an_attempt_does_not_undo_what_came_after(
    place: Place, program: str
) -> None:
    key = f"paused/{program}"
    with Gate(place.shop.port, "answer") as gate:
        what = task(gate.url + PATH, key)
        if program == "work":
            with Child(programs.record, place.database, what) as child:
                child.says()
                child.end()
            paused = Child(programs.work, place.database, **SHORT)
        else:
            paused = Child(programs.send, place.database, what, **SHORT)
        with paused:
            gate.reached()
            paused.signal(signal.SIGSTOP)
            with Child(programs.work, place.database) as other:  # ends when nothing is left
                assert (1, "lost") == other.says()
                assert (2, 201) == other.says()
                assert 0 == other.end()
            delivered = place.show()
            gate.let_go()
            paused.signal(signal.SIGCONT)
            said = paused.says()
            if program == "send":
                assert "delivered" == said  # what the other one saw to
            else:
                assert 1 == said[0]
                paused.prints("another process took this message over")
            assert 0 == paused.end()

    history = place.check({key}, {key})
    kept = place.show()
    assert ("delivered", 2) == (kept.state, len(kept.history))
    assert [(one.number, one.guid) for one in delivered.history] == [
        (one.number, one.guid) for one in kept.history
    ]
    assert [None, kept.guid] == gate.guids == [request.guid for request in history.requests]


@pytest.mark.parametrize("limits", [pytest.param({"in_flight": 1}, id="CRASH-12/before the attempt")])
def test_what_was_leased_ahead_is_not_sent_under_a_lease_that_ran_out(
    place: Place, limits: dict[str, int]
) -> None:
    keys = ["ahead/1", "ahead/2"]
    with Gate(place.shop.port, "answer") as gate:
        for key in keys:
            with Child(programs.record, place.database, task(gate.url + PATH, key)) as child:
                child.says()
                child.end()
        with Child(programs.work, place.database, limits=limits, **SHORT) as paused:
            gate.reached()
            assert ["in_flight"] * 2 == [row.state for row in place.rows()]
            paused.signal(signal.SIGSTOP)
            with Child(programs.work, place.database) as other:
                assert 0 == other.end()
            gate.let_go()
            paused.signal(signal.SIGCONT)
            assert 0 == paused.end()

        history = place.check(set(keys), set(keys))
        assert 3 == len(gate.guids) == len(history.requests)  # the second one, once
    assert ["delivered"] * 2 == [row.state for row in place.rows()]
