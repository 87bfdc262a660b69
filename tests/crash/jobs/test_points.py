"""A receiver that is killed at a point of a job: the group ends once, its output whole or not there."""

from __future__ import annotations

import random
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.crash.children import Child
from tests.crash.jobs.place import Place, serve
from tests.receiver.bare_server import eventually

POINTS = [
    "recorded",
    "begun",
    "folder made",
    "progress noted",
    "rows noted",
    "step done",
    "ending",
    "placed",
    "ended",
    "told",
    "forgotten",
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.long
@pytest.mark.rule("P-JOB-10", "P-JOB-11")
@pytest.mark.parametrize("at", POINTS)
def test_a_receiver_is_killed(place: Place, at: str) -> None:
    with Child(serve, str(place.folder), at=at, run=1) as child:
        while child.says() != at:  # the group's id comes first, where it is known by then
            pass
        child.kill()
    groups = place.rest()
    assert ["Complete"] == [group.status for group in groups]
    place.check(groups)


@pytest.mark.long
def test_what_was_not_committed_never_was(place: Place) -> None:
    with Child(serve, str(place.folder), at="recording", run=1) as child:
        assert "recording" == child.says()
        child.kill()
    assert [] == place.rest()
    place.check([])


@pytest.mark.long
@pytest.mark.parametrize(
    ("at", "status"),
    [
        pytest.param("ending", "Complete", id="before the commit"),
        pytest.param("ended", "Canceled", id="after the commit"),
        pytest.param("told", "Canceled", id="before the answer"),
    ],
)
def test_a_receiver_is_killed_while_it_cancels(place: Place, at: str, status: str) -> None:
    """What runs the job is another receiver, which stands still meanwhile."""
    with Child(serve, str(place.folder), at="progress noted", run=1) as runs_it:
        group_id = runs_it.says()
        assert "progress noted" == runs_it.says()
        with Child(serve, str(place.folder), at=at, cancel=group_id) as cancels_it:
            assert at == cancels_it.says()
            cancels_it.kill()
        runs_it.kill()
    groups = place.rest()
    assert [status] == [group.status for group in groups]
    place.check(groups)


@pytest.mark.long
def test_one_whose_receiver_dies_each_time_is_given_up(place: Place) -> None:
    for number in range(4):
        at = "progress noted" if number < 3 else None
        with Child(serve, str(place.folder), at=at, run=0 if number else 1) as child:
            if number == 0:
                child.says()
            if at:
                assert at == child.says()
                child.kill()
            else:
                groups = place.rest()
    assert [("Failed", "the receiver ended 3 times before the job did")] == [
        (group.status, group.error) for group in groups
    ]
    place.check(groups)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(3))
def test_receivers_and_workers_are_killed_at_random(place: Place, seed: int) -> None:
    """Two receivers at a time, a worker now and then, and a group that somebody cancels."""
    chance = random.Random(seed)
    pause = threading.Event()
    for _ in range(6):
        children = [
            Child(serve, str(place.folder), run=2),
            Child(serve, str(place.folder), run=2),
        ]
        ids = [children[0].says(), children[1].says()]
        with children[0], children[1], Child(serve, str(place.folder), cancel=ids[1]):
            pause.wait(chance.uniform(0.05, 0.6))
            if chance.random() < 0.5:
                place.kill_a_worker()
            for child in children:
                pause.wait(chance.uniform(0, 0.3))
                child.kill()
    groups = place.rest()
    assert 12 <= len(groups) <= 24
    place.check(groups)
    assert any(group.status == "Complete" for group in groups)


@pytest.mark.long
@pytest.mark.parametrize("step", ["write", "count"])
def test_a_worker_that_is_killed_fails_its_group_once(place: Place, step: str) -> None:
    at = "progress noted" if step == "write" else "step done"
    with ExitStack() as held:
        held.enter_context(place.held(step))  # or it might be done before it is killed
        with Child(serve, str(place.folder), at=at, run=1) as child:
            child.says()
            assert at == child.says()
            eventually(place.kill_a_worker)
            child.kill()
        with Child(serve, str(place.folder), run=1) as child:
            child.says()
            eventually(place.kill_a_worker)
            held.close()
            groups = place.rest()
    assert {group.status for group in groups} <= {"Complete", "Failed"}
    place.check(groups)
