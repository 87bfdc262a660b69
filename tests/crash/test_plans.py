"""A plan's run that is killed at every change of its state: taken up at once, and nothing doubled."""

from __future__ import annotations

from random import Random

import pytest
from tests.crash import plans
from tests.crash.children import Child
from tests.crash.place import Place
from tests.sender.plans.running.shop import Platform, serving

from hookproof_runtime.ids import new_id
from hookproof_sender import Sender
from hookproof_sender.plans.running import PlanRun

ENDS = {"aa": "succeeded", "bb": "succeeded", "dd": "succeeded", "ee": "succeeded"}
ALL_ENDS = ENDS | {"cc": "skipped", "ff": "skipped"}

# Each point as often as a whole run passes it: nodes are skipped with the start of others.
TIMES = {"message": 3, "running": 4, "mark": 4, "ended": 6, "start": 4, "told": 4}


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """The run's, and no other test's."""
    return str(request.node.name)


def new_run() -> str:
    """An id for a run."""
    return new_id("run", 1_900_000_000_000_000_000)


def take_up(place: Place, run_id: str) -> PlanRun:
    """Go on with a run at once, in this process."""
    sender = Sender(database=place.database, allow_loopback=True, retry_base=0.01)
    try:
        return sender.plan_runner().run(run_id)
    finally:
        sender.outbox.engine.dispose()


def on_record(place: Place, run_id: str) -> PlanRun | None:
    sender = Sender(database=place.database)
    try:
        return sender.plan_runner().record(run_id)
    finally:
        sender.outbox.engine.dispose()


def check(place: Place, run: PlanRun, key: str) -> None:
    """Every node ended as it must, with one message and one effect each where it sends."""
    ends = {node.handle: node.state for node in run.nodes if node.kind == "http"}
    assert ("complete", ALL_ENDS) == (run.state, ends)
    keys = {f"{key}/{handle}" for handle in plans.SENT}
    history = place.check(keys, keys)
    assert keys == set(history.effects)
    assert len(plans.SENT) == len(history.effects) == len(history.outbox)
    assert {"delivered"} == {row.state for row in history.outbox}


@pytest.mark.long
@pytest.mark.parametrize(
    ("at", "number"),
    [
        pytest.param(at, number, id=f"{at}, {number}")
        for at in plans.POINTS
        if at != "jobs"
        for number in range(1, TIMES.get(at, 1) + 1)
    ],
)
@pytest.mark.rule("P-RUN-2", "P-RUN-7", "P-RUN-8")
def test_a_run_that_is_killed_is_taken_up_at_once_and_doubles_nothing(
    place: Place, key: str, at: str, number: int
) -> None:
    run_id = new_run()
    what = plans.plan(place.shop.url, key)
    with Child(plans.run, place.database, what, run_id, at=at, number=number) as child:
        assert at == child.says()
        child.kill()
    if on_record(place, run_id) is None:
        assert at in ("record", "nodes")
        with Child(plans.run, place.database, what, run_id) as child:
            assert "complete" == child.says()

    check(place, take_up(place, run_id), key)


@pytest.mark.long
@pytest.mark.parametrize("at", ["message", "running", "start", "mark", "jobs", "job", "ended"])
@pytest.mark.rule("P-RUN-4", "P-RUN-8")
def test_a_flow_whose_run_is_killed_has_its_job_started_once(
    place: Place, key: str, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATFORM_TOKEN", "a-token")
    platform = Platform()
    run_id = new_run()
    with serving(platform) as url:
        what = plans.plan(place.shop.url, key, url)
        with Child(_with_token, place.database, what, run_id, at) as child:
            assert at == child.says()
            child.kill()
        run = take_up(place, run_id)

    assert [f"{run_id}/b7"] == list(platform.jobs.values())
    assert "succeeded" == run.nodes[0].state
    effects = [one for one in place.shop.effects() if one.startswith(f"{key}/")]
    assert sorted(f"{key}/{handle}" for handle in plans.SENT) == sorted(effects)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_again_and_again_ends_all_the_same(
    place: Place, key: str, seed: int
) -> None:
    chance = Random(seed)
    run_id = new_run()
    what = plans.plan(place.shop.url, key)
    for _ in range(12):
        with Child(plans.run, place.database, what, run_id) as child:
            if child.said.poll(chance.uniform(0.0, 0.35)):
                assert "complete" == child.says()
                break
            child.kill()
    else:
        with Child(plans.run, place.database, what, run_id) as child:
            assert "complete" == child.says()

    check(place, take_up(place, run_id), key)


@pytest.mark.long
@pytest.mark.rule("P-RUN-7")
def test_a_run_whose_process_only_stands_still_is_not_taken_from_it(place: Place, key: str) -> None:
    run_id = new_run()
    what = plans.plan(place.shop.url, key)
    with Child(plans.run, place.database, what, run_id, at="start") as child:
        assert "start" == child.says()
        with Child(plans.run, place.database, None, run_id) as other:
            assert 0 != other.end()
            assert any("is being run by another process" in line for line in other.lines)
        child.kill()

    check(place, take_up(place, run_id), key)


def _with_token(say, database, what, run_id, at):
    import os

    os.environ["PLATFORM_TOKEN"] = "a-token"
    plans.run(say, database, what, run_id, at=at)
