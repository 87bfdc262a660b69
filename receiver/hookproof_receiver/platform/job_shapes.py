"""What is sent and answered about job groups; the names are the platform's unless said otherwise."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from .operation import LARGEST_ID, Shape, Wanted

Status = Literal["Created", "InProgress", "Complete", "Failed", "Canceled"]
"""The platform's words."""


class DatasetId(Wanted):
    """Which recipe."""

    id: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Parameter(Wanted):
    """A value for one of the recipe's run parameters."""

    key: Annotated[str, Field(min_length=1, max_length=256)]
    value: Annotated[str, Field(max_length=4096)] | int | float | bool


class ParameterOverrides(Wanted):
    """Values for this run."""

    data: Annotated[list[Parameter], Field(max_length=256)]


class RunParameters(Wanted):
    """What is to be other than the recipe has it."""

    overrides: ParameterOverrides | None = None


class RunJobBody(Wanted):
    """A request to run a recipe."""

    wrangledDataset: DatasetId
    overrides: dict[str, JsonValue] = Field(default_factory=dict)
    """Not looked into, as on the platform."""
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
    jobType: Literal["wrangle", "profile"]
    status: Status
    errorMessage: str | None


class JobRecords(Shape):
    """Those of a group."""

    data: list[JobRecord]


class JobGroupRecord(Shape):
    """A job group."""

    id: int
    name: str | None
    description: str | None
    ranfrom: str
    ranfor: Literal["recipe"]
    status: Status
    createdAt: str
    updatedAt: str
    wrangledDataset: Id
    jobs: JobRecords
