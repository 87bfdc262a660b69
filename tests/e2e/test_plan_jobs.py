"""Flows of a plan at the receiver's own run-job API: what is read of a job, and that it starts once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.crash import plans
from tests.crash.children import Child

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing.running import Running, running_receiver
from hookproof_receiver.tokens import Tokens, signing_key
from hookproof_runtime.database import open_engine
from hookproof_runtime.ids import new_id
from hookproof_runtime.secret_places import SecretPlace
from hookproof_sender import Allowed, HttpTask, Plan, PlanRun, Policy, Sender
from hookproof_sender.plans import Edge, FlowTask, Node, Platform

FEW = (("rows", "200"),)
LOCAL = Policy(allow_loopback=True, allowed=Allowed((r"^http://127\.0\.0\.1:[0-9]+/v4/.*$",)))
OUTPUT = "$flow_b7['Clean the orders']"


@pytest.fixture
def shop() -> Iterator[Running]:
    with running_receiver() as shop:
        yield shop


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    receiver = Receiver(f"sqlite:///{tmp_path}/platform/inbox.db", platform=True)
    with running_receiver(receiver) as running:
        token = Tokens(signing_key(tmp_path / "platform")).new("run-job", 600).text
        (tmp_path / "token").write_text(token)
        yield Platform(running.base, SecretPlace(file=str(tmp_path / "token")))


def run(say: Any, database: str, what: Plan | None, run_id: str, at: str | None) -> None:
    """Run a plan, or take its run up, in a process that may be killed at a point."""
    halt = plans.Nth(say, at, 1)
    runner = Sender(database=halt.watch(open_engine(database)), policy=LOCAL).plan_runner()
    if what is not None:
        runner.start(what, run_id=run_id)
    say(runner.run(run_id).state)


@pytest.mark.rule("P-RUN-3", "P-RUN-4", "P-RUN-5")
def test_what_a_job_wrote_can_be_named_by_the_task_after_it(
    tmp_path: Path, platform: Platform, shop: Running
) -> None:
    body = (
        f'{{"rows": {{{{{OUTPUT}.rowCount}}}}, "how": "{{{{{OUTPUT}.status}}}}", '
        f'"took": {{{{{OUTPUT}.duration}}}}, "files": {{{{{OUTPUT}.files|dump}}}}, '
        f'"job": {{{{$flow_b7.jobId}}}}, "same": {{{{{OUTPUT}.jobId}}}}}}'
    )
    record = {"method": "post", "url": shop.url, "body": body, "secretKey": SECRET}
    nodes = (
        Node("b7", "First", FlowTask(None, 4, FEW)),
        Node("zj", "Tell the shop", HttpTask.model_validate(record)),
    )
    plan = Plan("Nightly", None, nodes, (Edge("b7", "zj", "success"),), platform)
    runner = Sender(database=f"sqlite:///{tmp_path}/outbox.db", policy=LOCAL).plan_runner(strict=True)
    ended = runner.run(runner.start(plan))
    assert "complete" == ended.state, ended
    (seen,) = shop.wait_for(1)
    assert seen.delivery is not None
    said = seen.delivery.json()

    assert ("success", *ended.nodes[0].jobs) == (said["how"], said["job"])
    assert said["job"] == said["same"]
    assert 0 < said["rows"] <= 200
    assert 0 <= said["took"] < 60_000
    assert any(file.endswith("orders.csv") for file in said["files"])


@pytest.mark.long
@pytest.mark.parametrize(
    "flow", [FlowTask(None, 4, FEW), FlowTask(1, None, FEW)], ids=["recipe", "whole flow"]
)
@pytest.mark.rule("P-RUN-4", "P-RUN-8")
def test_a_job_whose_answer_nobody_has_is_found_and_not_started_again(
    tmp_path: Path, platform: Platform, flow: FlowTask
) -> None:
    database, run_id = f"sqlite:///{tmp_path}/outbox.db", new_id("run", 1_900_000_000_000_000_000)
    plan = Plan("Nightly", None, (Node("b7", "Clean", flow),), (), platform)
    with Child(run, database, plan, run_id, "mark") as child:
        assert "mark" == child.says()
        child.kill()
    sender = Sender(database=database, policy=LOCAL)
    ended: PlanRun = sender.plan_runner().run(run_id)
    kept = sender.outbox.show(ended.nodes[0].message_id or "")

    assert ("complete", 1) == (ended.state, len(ended.nodes[0].jobs))
    assert kept is not None
    assert ["lost", None] == [one.cause for one in kept.history]
    assert [None, 304] == [one.status for one in kept.history]
    assert "delivered" == kept.state
