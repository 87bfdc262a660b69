"""A sender that is killed at a named point: what was recorded has one effect all the same.

Each process stops at its point and is killed there; two minutes later a worker comes by.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.crash import programs
from tests.crash.children import Child
from tests.crash.gate import Gate, Point
from tests.crash.place import Place
from tests.crash.programs import Longest, task
from tests.crash.shop import PATH

LARGE = 3_000_000  # bytes: more than two sockets hold here


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """The message's, and no other test's."""
    return str(request.node.name)


@pytest.mark.parametrize("program", [programs.send, programs.record], ids=["send", "record"])
@pytest.mark.parametrize(
    "at", [pytest.param("insert", id="CRASH-1"), pytest.param("commit", id="CRASH-2")]
)
def test_what_was_not_committed_never_was(place: Place, key: str, program: Any, at: str) -> None:
    with Child(program, place.database, task(place.shop.url, key), at=at) as child:
        assert at == child.says()
        child.kill()
    place.recover()

    assert ([], ()) == (place.rows(), place.check({key}, set()).requests)


@pytest.mark.parametrize(
    "killed", [pytest.param("record", id="CRASH-3/record"), pytest.param("work", id="CRASH-3/work")]
)
def test_what_was_committed_and_not_begun_is_sent_once(place: Place, key: str, killed: str) -> None:
    at = "recorded" if killed == "record" else None
    with Child(programs.record, place.database, task(place.shop.url, key), at=at) as child:
        message_id = child.says()
        child.says() if at else child.end()
        child.kill()
    if killed == "work":
        with Child(programs.work, place.database, at="claim") as child:
            assert "claim" == child.says()
            child.kill()
    kept = place.show()
    assert (message_id, "pending", 0) == (kept.id, kept.state, kept.attempts)
    place.recover()

    (request,) = place.check({key}, {key}).requests
    assert (None, 201) == (request.guid, request.status)


@pytest.mark.parametrize("program", ["send", "work"])
@pytest.mark.parametrize(
    ("at", "point", "guid"),
    [
        pytest.param("start", "pass", "on-retry", id="CRASH-4"),
        pytest.param(None, "connect", "on-retry", id="CRASH-5"),
        pytest.param(None, "upload", "on-retry", id="CRASH-6"),
        pytest.param(None, "answer", "on-retry", id="CRASH-7"),
        pytest.param("mark", "pass", "on-retry", id="CRASH-8/on a retry"),
        pytest.param("mark", "pass", "always", id="CRASH-8/always"),
    ],
)
def test_an_attempt_of_unknown_outcome_is_made_again_with_the_guid(
    place: Place, key: str, program: str, at: str | None, point: Point, guid: str
) -> None:
    with Gate(place.shop.port, point) as gate:
        what = task(gate.url + PATH, key, size=LARGE if point == "upload" else 0)
        with start(program, place, what, at=at, guid=guid) as child:
            if at:
                assert at == child.says()
            else:
                gate.reached()
            child.kill()
        assert ("in_flight", 1) == (place.show().state, place.show().attempts)
        gate.let_go()
        place.recover()

    history = place.check({key}, {key})
    kept = place.show()
    lost, made = kept.history
    assert ("lost", kept.guid if guid == "always" else None) == (lost.cause, lost.guid)
    assert (2, kept.guid, 201) == (made.number, made.guid, made.status)
    assert kept.guid in [request.guid for request in history.requests]
    if at == "mark":  # the first had its effect, and the second came upon it
        assert [lost.guid, kept.guid] == [request.guid for request in history.requests]


@pytest.mark.parametrize(
    "program", [pytest.param("send", id="CRASH-9/send"), pytest.param("work", id="CRASH-9/work")]
)
def test_what_is_marked_as_done_is_not_sent_again(place: Place, key: str, program: str) -> None:
    with start(program, place, task(place.shop.url, key), at="told") as child:
        assert [(1, 201), "told"] == [child.says(), child.says()]
        child.kill()
    place.recover()

    (request,) = place.check({key}, {key}).requests
    assert (None, 201) == (request.guid, request.status)


@pytest.mark.parametrize(
    "program", [pytest.param("send", id="CRASH-10/send"), pytest.param("work", id="CRASH-10/work")]
)
def test_a_pause_outlasts_whoever_began_it(place: Place, key: str, program: str) -> None:
    with Gate(place.shop.port, "busy") as gate:
        what = task(gate.url + PATH, key)
        with start(program, place, what, rng=Longest()) as child:
            assert (1, 503) == child.says()
            child.kill()
        kept = place.show()
        assert ("pending", 1) == (kept.state, kept.attempts)
        assert kept.due_ms is not None
        assert kept.due_ms - kept.history[0].started_ns // 1_000_000 >= 1000
        place.recover()

        assert [None, kept.guid] == gate.guids
    place.check({key}, {key})


@pytest.mark.parametrize("at", [pytest.param("migration", id="CRASH-11")])
def test_a_migration_that_was_cut_off_is_made_again_whole(place: Place, key: str, at: str) -> None:
    what = task(place.shop.url, key)
    with Child(programs.record, place.database, what, at=at) as child:
        assert at == child.says()
        child.kill()
    assert [] == place.rows()
    with Child(programs.send, place.database, what) as child:
        assert [(1, 201), "delivered"] == [child.says(), child.says()]

    place.check({key}, {key})


@pytest.mark.parametrize(
    "point",
    [pytest.param("upload", id="CRASH-22/upload"), pytest.param("answer", id="CRASH-22/answer")],
)
@pytest.mark.parametrize("program", ["send", "work"])
def test_both_ends_may_be_killed(place: Place, key: str, program: str, point: Point) -> None:
    with Gate(place.shop.port, point) as gate:
        what = task(gate.url + PATH, key, size=LARGE if point == "upload" else 0)
        with start(program, place, what) as child:
            gate.reached()
            child.kill()
            place.shop.process.kill()
        gate.let_go()
        place.shop.start()
        place.recover()

    place.check({key}, {key})
    assert "delivered" == place.show().state


def start(program: str, place: Place, what: Any, *, at: str | None = None, **options: Any) -> Child:
    """A process that sends the message: in the foreground, or as a worker that finds it recorded."""
    if program == "send":
        return Child(programs.send, place.database, what, at=at, **options)
    with Child(programs.record, place.database, what, **options) as child:
        child.says()
        child.end()
    return Child(programs.work, place.database, at=at, **options)
