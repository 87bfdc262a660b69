"""How the API writes a plan and its runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hookproof.clock import to_text
from hookproof_runtime.task_runner import PlanNodeRun, PlanRunSeen, PlanSeen

from ..job_shapes import Id, Ids, Status
from .shapes import (
    EdgeRecord,
    EdgeRecords,
    NodeRecord,
    NodeRecords,
    NodeRunRecord,
    NodeRunRecords,
    PlanRecord,
    SnapshotRunRecord,
)

_STATUS: Final[Mapping[str, Status]] = {
    "recorded": "Created",
    "running": "InProgress",
    "interrupted": "InProgress",  # it goes on at the next start
    "complete": "Complete",
    "failed": "Failed",
    "unknown": "Failed",  # the platform has no word for it
}
_NODE_STATUS: Final[Mapping[str, Status]] = {
    "waiting": "Created",
    "running": "InProgress",
    "succeeded": "Complete",
    "failed": "Failed",
    "skipped": "Canceled",
    "cancelled": "Canceled",
    "unknown": "Failed",
}


def plan_record(
    plan_id: int, seen: PlanSeen, count: int, latest: SnapshotRunRecord | None
) -> PlanRecord:
    """A plan, how often the API ran it, and its newest run."""
    return PlanRecord(
        id=plan_id,
        name=seen.name,
        planNodes=NodeRecords(
            data=[NodeRecord(handle=one.handle, name=one.name, taskType=one.kind) for one in seen.nodes]
        ),
        planEdges=EdgeRecords(
            data=[
                EdgeRecord(source=one.source, target=one.target, statusRule=one.rule)
                for one in seen.edges
            ]
        ),
        planSnapshotRunCount=count,
        latestPlanSnapshotRun=latest,
    )


def run_record(number: int, plan_id: int, run: PlanRunSeen) -> SnapshotRunRecord:
    """A run, under its number."""
    times = [run.recorded_ms, run.started_ms, run.ended_ms]
    for node in run.nodes:
        times += [node.started_ms, node.ended_ms]
    return SnapshotRunRecord(
        id=number,
        status=_STATUS[run.state],
        createdAt=_required(run.recorded_ms),
        submittedAt=_required(run.recorded_ms),
        startedAt=_time(run.started_ms),
        finishedAt=_time(run.ended_ms),
        updatedAt=_required(max(one for one in times if one is not None)),
        plan=Id(id=plan_id),
        runId=run.id,
        planTaskSnapshotRuns=NodeRunRecords(data=[_node(one) for one in run.nodes]),
    )


def _node(node: PlanNodeRun) -> NodeRunRecord:
    return NodeRunRecord(
        handle=node.handle,
        name=node.name,
        taskType=node.kind,
        status=_NODE_STATUS[node.state],
        state=node.state,
        startedAt=_time(node.started_ms),
        finishedAt=_time(node.ended_ms),
        statusCode=node.status,
        attempts=node.attempts,
        messageId=node.message_id,
        jobGroups=Ids(data=[Id(id=one) for one in node.jobs]),
        message=node.sentence,
    )


def _time(ms: int | None) -> str | None:
    return None if ms is None else _required(ms)


def _required(ms: int) -> str:
    return to_text(ms * 1_000_000)
