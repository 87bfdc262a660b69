"""A plan as it was read: what its nodes do, and what leads from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hookproof_runtime.secret_places import SecretPlace

from ..tasks import HttpTask

StatusRule = Literal["success", "failure", "always"]
"""Which end of a node its edge is for; the platform's words."""

Join = Literal["all", "any"]
"""How many of a node's incoming edges must lead to it."""


@dataclass(frozen=True, slots=True)
class FlowTask:
    """A run of a flow's recipes through the platform's run-job API."""

    flow_id: int | None
    """Every recipe of this flow is run; None where it is one recipe alone."""
    recipe_id: int | None
    """This recipe alone is run; None where it is a whole flow. One of the two is a number."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Run parameters, by name, in their order: `runParameters.overrides.data`."""


@dataclass(frozen=True, slots=True)
class Node:
    """One task of a plan."""

    handle: str
    """Two characters, unique in its plan: `zj` of `$http_zj`."""
    name: str
    """What a person sees."""
    task: HttpTask | FlowTask
    """What it does."""
    join: Join = "all"
    """With several incoming edges: whether all of them must lead here (assumed), or any."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What leads from one node to another."""

    source: str
    """The handle of the node whose end decides."""
    target: str
    """The handle of the node that may follow."""
    rule: StatusRule
    """Which end leads there."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Where flow nodes run their jobs."""

    url: str
    """`http://www.example.com:3005`: the API lies below it, at `/v4`."""
    token: SecretPlace
    """Where the Bearer token is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, checked: its handles are unique, its edges name them, and it has no cycle."""

    name: str
    """What a person calls it; `$plan.name`."""
    id: int | None
    """What `/v4/plans/{id}/run` names; None where the file gives it none."""
    nodes: tuple[Node, ...]
    """In the order they were written; one or more."""
    edges: tuple[Edge, ...]
    """In the order they were written."""
    platform: Platform | None = None
    """None where none is named: such a plan runs no flow."""
    user: str = ""
    """`$plan.user`: who runs it, as the file says."""
    url: str = ""
    """`$plan.url`: where a person finds it."""
