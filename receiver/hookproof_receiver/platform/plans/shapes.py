"""What is sent and answered about plans; the names are the platform's, unless it is said otherwise."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..job_shapes import Id, Ids, Status
from ..operation import Shape, Wanted


class PlanNodeOverride(Wanted):
    """A value that is different in one run."""

    handle: Annotated[str, Field(min_length=1, max_length=64)]
    """The node's."""
    overrideKey: Annotated[str, Field(min_length=1, max_length=256)]
    """Of a flow a run parameter, of an HTTP task one of its keys."""
    value: Annotated[str, Field(max_length=65_536)] | int | float | bool


class RunPlanBody(Wanted):
    """A request to run a plan; it may be left out."""

    planNodeOverrides: Annotated[list[PlanNodeOverride], Field(max_length=256)] = Field(
        default_factory=list
    )


class PlanStarted(Shape):
    """The answer to it."""

    validationStatus: Literal["Valid"] = "Valid"
    planSnapshotRunId: int


class NodeRecord(Shape):
    """One task of a plan."""

    handle: str
    name: str
    taskType: Literal["http", "flow"]


class NodeRecords(Shape):
    """Those of a plan."""

    data: list[NodeRecord]


class EdgeRecord(Shape):
    """What leads from one node to another; `source` and `target` are handles (ours)."""

    source: str
    target: str
    statusRule: Literal["success", "failure", "always"]


class EdgeRecords(Shape):
    """Those of a plan."""

    data: list[EdgeRecord]


class NodeRunRecord(Shape):
    """One node of a run; its names are ours."""

    handle: str
    name: str
    taskType: Literal["http", "flow"]
    status: Status
    """The nearest of the platform's words to `state`."""
    state: Literal["waiting", "running", "succeeded", "failed", "skipped", "cancelled", "unknown"]
    startedAt: str | None
    finishedAt: str | None
    statusCode: int | None
    """Of the last answer."""
    attempts: int
    messageId: str | None
    jobGroups: Ids
    message: str | None
    """How it ended, or why it did not run."""


class NodeRunRecords(Shape):
    """Those of a run."""

    data: list[NodeRunRecord]


class SnapshotRunRecord(Shape):
    """A run of a plan."""

    id: int
    status: Status
    createdAt: str
    submittedAt: str
    startedAt: str | None
    finishedAt: str | None
    updatedAt: str
    plan: Id
    runId: str
    """Ours: what the plan itself calls its run, and `hookproof plan show`."""
    planTaskSnapshotRuns: NodeRunRecords


class PlanRecord(Shape):
    """A plan."""

    id: int
    name: str
    planNodes: NodeRecords
    planEdges: EdgeRecords
    planSnapshotRunCount: int
    latestPlanSnapshotRun: SnapshotRunRecord | None


class PlanRecords(Shape):
    """All plans."""

    data: list[PlanRecord]
