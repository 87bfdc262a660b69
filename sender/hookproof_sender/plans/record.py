"""The record of a plan: the keys of a file, with the platform's own spelling."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from hookproof_runtime.secret_places import SecretPlace
from hookproof_runtime.settings.table import AS_TUPLE

from ..tasks import HttpTask
from ..tasks.null_keys import Record
from ..tasks.record import TaskName
from ..tasks.target import check_url
from .plan import Edge, FlowTask, Join, Node, Plan, Platform, StatusRule

HANDLE = r"[a-z0-9]{2}"
"""A node's handle."""

MOST_HTTP_TASKS = 50
"""HTTP tasks of one plan, at the most (documented)."""


def _check_handle(handle: str) -> str:
    if len(handle) != 2 or not (handle.isascii() and handle.isalnum() and handle == handle.lower()):
        raise ValueError("a handle is two characters of a-z and 0-9, such as the zj of $http_zj")
    return handle


def _check_base(url: str) -> str:
    if "?" in url or "#" in url:
        raise ValueError("the platform's URL ends with its path: leave ? and # and what follows out")
    return check_url(url).rstrip("/")


def _check_some(nodes: tuple[NodeRecord, ...]) -> tuple[NodeRecord, ...]:
    if not nodes:
        raise ValueError("a plan has one node or more")
    return nodes


_Text = Annotated[str, Field(min_length=1)]
_Id = Annotated[int, Field(ge=1)]


class PlatformRecord(Record):
    """Where the plan's flows are run."""

    url: Annotated[str, AfterValidator(_check_base)]
    """`http://www.example.com:3005`: the API lies below it, at `/v4`."""
    tokenEnv: str = ""
    """The environment variable that holds the Bearer token."""
    tokenFile: str = ""
    """Instead of `tokenEnv`: the file that holds it, from the plan's own folder."""

    @field_validator("tokenFile")
    @classmethod
    def _from_the_plans_folder(cls, value: str, info: ValidationInfo) -> str:
        folder: Path | None = (info.context or {}).get("folder")
        return str(folder / value) if value and folder else value

    @model_validator(mode="after")
    def _in_one_place(self) -> PlatformRecord:
        if bool(self.tokenEnv) == bool(self.tokenFile):
            raise ValueError('name where the token is: tokenEnv = "PLATFORM_TOKEN", or tokenFile')
        return self


class FlowRecord(Record):
    """Which recipes of a flow are run."""

    id: _Id | None = None
    """Every recipe of this flow is run."""
    recipe: _Id | None = None
    """Instead of `id`: this recipe alone is run, the 4 of `/flows/1?recipe=4`."""
    parameters: dict[_Text, str] = Field(default={})
    """Run parameters by name."""

    @model_validator(mode="after")
    def _one_of_the_two(self) -> FlowRecord:
        if (self.id is None) == (self.recipe is None):
            raise ValueError("name one: the flow (id = 1), or one recipe of it (recipe = 4)")
        return self


class NodeRecord(Record):
    """One task of the plan."""

    id: int | None = None
    """What the platform's edges call it."""
    handle: Annotated[str, AfterValidator(_check_handle)]
    """Two characters, unique in the plan: the `zj` of `$http_zj`."""
    name: TaskName = ""
    """What a person sees; empty for the name of its task."""
    taskType: Literal["http", "flow"]
    """Whether it sends a request or runs a flow."""
    httpTask: HttpTask | None = None
    """What it sends: the task, or the name of its file beside the plan."""
    flow: FlowRecord | None = None
    """What it runs."""
    join: Join = "all"
    """Whether all edges to it must lead on, or any of them."""

    @model_validator(mode="after")
    def _does_one_thing(self) -> NodeRecord:
        here, other = ("httpTask", "flow") if self.taskType == "http" else ("flow", "httpTask")
        if getattr(self, here) is None:
            raise ValueError(f"a node of the type {self.taskType} needs {here}")
        if getattr(self, other) is not None:
            raise ValueError(f"a node of the type {self.taskType} has no {other}: leave it out")
        return self

    def node(self) -> Node:
        """What it says."""
        if self.flow is not None:
            flow = self.flow
            task = FlowTask(flow.id, flow.recipe, tuple(flow.parameters.items()))
            return Node(self.handle, self.name or f"Run {_called(flow)}", task, self.join)
        assert self.httpTask is not None  # the validator's doing
        sent = self.httpTask
        if self.name and "name" not in sent.model_fields_set:
            sent = sent.model_copy(update={"name": self.name})
        return Node(self.handle, self.name or sent.name, sent, self.join)


class EdgeRecord(Record):
    """What leads from one node to another."""

    source: str
    """The handle of the node whose end decides."""
    target: str
    """The handle of the node that may follow."""
    statusRule: StatusRule = "success"
    """Which end leads there: only success where nothing else is said (assumed)."""


class PlanRecord(Record):
    """A plan."""

    name: _Text
    """What a person calls it: `$plan.name`."""
    id: int | None = None
    """What `POST /v4/plans/{id}/run` names: `$plan.id`."""
    user: str = ""
    """Who runs it: `$plan.user`."""
    url: str = ""
    """Where a person finds it: `$plan.url`."""
    platform: PlatformRecord | None = None
    """Where its flows are run; not needed where it runs none."""
    nodes: Annotated[tuple[NodeRecord, ...], AS_TUPLE, AfterValidator(_check_some)]
    """Its tasks."""
    edges: Annotated[tuple[EdgeRecord, ...], AS_TUPLE] = ()
    """What leads from one to the next."""

    def plan(self) -> Plan:
        """What it says; its edges were checked before."""
        return Plan(
            name=self.name,
            id=self.id,
            nodes=tuple(one.node() for one in self.nodes),
            edges=tuple(Edge(one.source, one.target, one.statusRule) for one in self.edges),
            platform=None if self.platform is None else _platform(self.platform),
            user=self.user,
            url=self.url,
        )


def record_of(plan: Plan) -> dict[str, Any]:
    """The record that reads as a plan: what can be kept as JSON.

    A secret stands in it only where the task itself held it; files are named with their folders.
    """
    record: dict[str, Any] = {"name": plan.name}
    if plan.id is not None:
        record["id"] = plan.id
    for key in ("user", "url"):
        if value := getattr(plan, key):
            record[key] = value
    if plan.platform is not None:
        token = plan.platform.token
        record["platform"] = {
            "url": plan.platform.url,
            **({"tokenEnv": token.env} if token.env else {"tokenFile": token.file}),
        }
    record["nodes"] = [_node_record(node) for node in plan.nodes]
    record["edges"] = [
        {"source": edge.source, "target": edge.target, "statusRule": edge.rule} for edge in plan.edges
    ]
    return record


def _node_record(node: Node) -> dict[str, Any]:
    record: dict[str, Any] = {"handle": node.handle, "name": node.name}
    if isinstance(node.task, FlowTask):
        flow = {"id": node.task.flow_id, "recipe": node.task.recipe_id}
        record |= {"taskType": "flow", "flow": {key: one for key, one in flow.items() if one}}
        if node.task.parameters:
            record["flow"]["parameters"] = dict(node.task.parameters)
    else:
        record |= {"taskType": "http", "httpTask": node.task.model_dump(exclude_unset=True)}
        record["httpTask"].setdefault("name", node.task.name)
    return record if node.join == "all" else record | {"join": node.join}


def _called(flow: FlowRecord) -> str:
    return f"flow {flow.id}" if flow.recipe is None else f"recipe {flow.recipe}"


def _platform(record: PlatformRecord) -> Platform:
    file = str(Path(record.tokenFile).absolute()) if record.tokenFile else ""
    return Platform(record.url, SecretPlace(env=record.tokenEnv, file=file))
