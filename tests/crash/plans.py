"""A plan that is run in a process that is there to be killed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.crash.programs import Halt

from hookproof.testing import SECRET
from hookproof_runtime.database import open_engine
from hookproof_runtime.secret_places import SecretPlace
from hookproof_sender import HttpTask, Sender
from hookproof_sender.plans import Edge, FlowTask, Node, Plan, Platform
from hookproof_sender.plans.running import AttemptBegun, JobSeen, NodeChanged

SENT = ("aa", "bb", "dd", "ee")
"""The nodes that send: `cc` is for a failure, and `ff` follows it."""

_STATEMENTS = {
    "record": ("before_cursor_execute", "INSERT INTO hookproof_plan_runs"),
    "nodes": ("after_cursor_execute", "INSERT INTO hookproof_plan_nodes"),
    "begin": ("after_cursor_execute", "state = 'running', started_ms = coalesce"),
    "message": ("before_cursor_execute", "INSERT INTO hookproof_outbox ("),
    "running": ("after_cursor_execute", "state = 'running', message_id ="),
    "mark": ("before_cursor_execute", "INSERT INTO hookproof_outbox_attempts"),
    "ended": ("after_cursor_execute", "SET state = :state, sentence"),
    "jobs": ("after_cursor_execute", "SET jobs = "),
    "finish": ("before_cursor_execute", "ended_ms = :now_ms, private = NULL"),
    "finished": ("after_cursor_execute", "ended_ms = :now_ms, private = NULL"),
}

POINTS = (*_STATEMENTS, "recorded", "start", "told")
"""Where a process can be stopped: around a statement to the database, when the run is recorded, when an
attempt begins, when a node's end was told."""


class Nth(Halt):
    """Stops at a point of a plan when it is reached for the nth time."""

    statements = _STATEMENTS

    def __init__(self, say: Callable[[Any], None], at: str | None, number: int) -> None:
        super().__init__(say, at)
        self._left = number

    def here(self, point: str) -> None:
        """Stop, if this is the point and the time."""
        if point == self._at:
            self._left -= 1
            if not self._left:
                super().here(point)


def plan(url: str, key: str, platform: str | None = None) -> Plan:
    """A plan of which `SENT` have an effect each, under `KEY/HANDLE`.

    Args:
        url: the shop's.
        key: of the test.
        platform: where a flow is run before all others; None for none.
    """
    handles = ("aa", "bb", "cc", "dd", "ee", "ff")
    nodes = [Node(one, one, _task(url, f"{key}/{one}")) for one in handles]
    edges = [
        Edge("aa", "bb", "success"),
        Edge("aa", "cc", "failure"),
        Edge("bb", "dd", "always"),
        Edge("ee", "dd", "success"),
        Edge("cc", "ff", "success"),
    ]
    if platform is None:
        return Plan("crash", None, tuple(nodes), tuple(edges))
    flow = Node("b7", "Clean", FlowTask(None, 4))
    return Plan(
        "crash",
        None,
        (flow, *nodes),
        (Edge("b7", "aa", "success"), *edges),
        Platform(platform, SecretPlace(env="PLATFORM_TOKEN")),
    )


def run(
    say: Callable[[Any], None],
    database: str,
    what: Plan | None,
    run_id: str,
    *,
    at: str | None = None,
    number: int = 1,
) -> None:
    """Run a plan, or take its run up, and say how it ended.

    Args:
        say: where it says so, and that it stopped.
        database: the outbox's.
        what: the plan; None where its run is on record.
        run_id: the run's id.
        at: where to stop.
        number: at which time there.
    """
    halt = Nth(say, at, number)

    def on_event(happened: Any) -> None:
        if isinstance(happened, AttemptBegun):
            halt.here("start")
        elif isinstance(happened, NodeChanged) and happened.state == "succeeded":
            halt.here("told")
        elif isinstance(happened, JobSeen):
            halt.here("job")

    sender = Sender(database=halt.watch(open_engine(database)), allow_loopback=True, retry_base=0.01)
    runner = sender.plan_runner(on_event=on_event)
    if what is not None:
        runner.start(what, run_id=run_id)
        halt.here("recorded")
    say(runner.run(run_id).state)


def _task(url: str, key: str) -> HttpTask:
    return HttpTask.model_validate(
        {
            "name": key,
            "method": "post",
            "url": url,
            "body": json.dumps({"run": key}),
            "secretKey": SECRET,
            "maxRetries": 50,
        }
    )
