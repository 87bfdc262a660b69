"""What is sent and answered about flows and recipes; the names are the platform's, or marked ours."""

from __future__ import annotations

from typing import Literal

from .job_shapes import FlowId, Id, RunParameters, Started
from .operation import Shape, Wanted
from .webhooks.shapes import NO_OVERRIDES, JobOverrides


class RunFlowBody(Wanted):
    """A request to run all recipes of a flow."""

    runParameters: RunParameters = RunParameters()
    overrides: JobOverrides = NO_OVERRIDES
    ignoreRecipeErrors: bool = False


class FlowStarted(Shape):
    """The answer to it: of each recipe what a run of it alone answers."""

    flowRunId: int
    data: list[Started]


class RecipeName(Shape):
    """A recipe, in short."""

    id: int
    name: str


class FlowNode(Shape):
    """What stands in a flow: recipes alone here."""

    id: int
    wrangled: Literal[True] = True
    recipe: RecipeName


class FlowNodes(Shape):
    """Those of a flow."""

    data: list[FlowNode]


class FlowRecord(Shape):
    """A flow."""

    id: int
    name: str
    description: str | None
    folder: Id | None
    creator: Id
    updater: Id
    workspace: Id
    flowNodes: FlowNodes


class FlowRecords(Shape):
    """Flows."""

    data: list[FlowRecord]


class RecipeRecord(Shape):
    """A recipe, which the API calls a wrangled data set."""

    id: int
    wrangled: Literal[True] = True
    name: str
    recipe: RecipeName
    flow: FlowId
    referenceInfo: Id | None
    activeSample: Id | None
    creator: Id
    updater: Id
    runParameters: dict[str, str]
    """Ours: those that it knows, with what each is where a request does not say."""
