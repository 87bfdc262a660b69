"""What is sent and answered about job groups; the names are the platform's unless said otherwise."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, FiniteFloat, JsonValue

from .operation import LARGEST_ID, Shape, Wanted
from .webhooks.shapes import NO_OVERRIDES, JobOverrides

Status = Literal["Created", "InProgress", "Complete", "Failed", "Canceled"]
"""The platform's words."""


class DatasetId(Wanted):
    """Which recipe."""

    id: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Parameter(Wanted):
    """A value for one of the recipe's run parameters."""

    key: Annotated[str, Field(min_length=1, max_length=256)]
    value: Annotated[str, Field(max_length=4096)] | int | FiniteFloat | bool


class ParameterOverrides(Wanted):
    """Values for this run."""

    data: Annotated[list[Parameter], Field(max_length=256)]


class RunParameters(Wanted):
    """What is to be other than the recipe has it."""

    overrides: ParameterOverrides | None = None


class RunJobBody(Wanted):
    """A request to run a recipe."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"wrangledDataset": {"id": 4}}]})

    wrangledDataset: DatasetId
    overrides: JobOverrides = NO_OVERRIDES
    """Nothing but its webhooks is looked into."""
    runParameters: RunParameters = RunParameters()
    ranfrom: Annotated[str, Field(min_length=1, max_length=64)] = "api"
    testMode: bool = False
    """Known, checked, without effect here; so are the next two."""
    forceCacheUpdate: bool = False
    ignoreRecipeErrors: bool = False


class Id(Shape):
    """Something by its id."""

    id: int


class Ids(Shape):
    """Several of them."""

    data: list[Id]


class Edge(Shape):
    """One job follows another."""

    source: int
    target: int


class JobGraph(Shape):
    """In which order the jobs run."""

    vertices: list[int]
    edges: list[Edge]


class Started(Shape):
    """The answer to a request to run a recipe."""

    sessionId: str
    reason: Literal["JobStarted"] = "JobStarted"
    jobGraph: JobGraph
    id: int
    jobs: Ids


class JobRecord(Shape):
    """One job of a group."""

    id: int
    status: Status
    jobType: Literal["wrangle", "profile"]
    sampleSize: int
    percentComplete: int
    lastHeartbeatAt: str | None
    createdAt: str
    updatedAt: str
    creator: Id
    jobGroup: Id
    errorMessage: str | None
    rowCount: int | None
    """Ours: the rows that it is done with; None where it has not said."""


class JobRecords(Shape):
    """Those of a group."""

    data: list[JobRecord]


class FlowId(Shape):
    """A flow, in short."""

    id: int
    name: str


class DatasetRecord(Shape):
    """A recipe, in short."""

    id: int
    name: str | None
    """None where there is no recipe of that id any more; so is the flow."""
    flow: FlowId | None


class JobGroupRecord(Shape):
    """A job group."""

    id: int
    name: str | None
    description: str | None
    ranfrom: str
    ranfor: Literal["recipe"]
    status: Status
    profilingEnabled: bool
    runParameterReferenceDate: str
    createdAt: str
    updatedAt: str
    workspace: Id
    creator: Id
    updater: Id
    snapshot: Id | None
    wrangledDataset: DatasetRecord
    flowRun: Id | None
    jobs: JobRecords
    executionId: str | None
    """From here on ours. This one is the header that it was run under, or its flow."""
    runParameters: dict[str, str]
    """Each that the recipe knows."""
    percentComplete: int
    """Of the whole."""
    rowCount: int | None
    """Of the main output; while there is none, the rows that its jobs are done with."""
    errorMessage: str | None
    """Why it failed."""
    startedAt: str | None
    """When it was begun, the last time."""
    endedAt: str | None


class JobGroupRecords(Shape):
    """Several of them."""

    data: list[JobGroupRecord]


class Listed(Wanted):
    """Which job groups."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 25
    offset: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    embed: str | None = None
    """Known, without effect: everything is embedded."""
    flowNodeId: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    """Of this recipe alone."""
    status: Status | None = None
    """Ours: that are so."""
    executionId: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    """Ours: that were run under this `x-execution-id`, or whose flow was."""


class Cancelled(Shape):
    """The answer to a request to cancel: the jobs that were ended by it, none where all had ended."""

    jobIds: list[int]
    jobgroupId: int


class OutputFileRecord(Shape):
    """One file of an output."""

    uri: str
    fileType: Literal["FILE"] = "FILE"
    isPrimaryOutput: bool
    name: str
    """Ours, as is what follows."""
    bytes: int
    rowCount: int | None


class OutputsRecord(Shape):
    """What a job group wrote: nothing before it is Complete."""

    files: list[OutputFileRecord]
    tables: list[JsonValue]
