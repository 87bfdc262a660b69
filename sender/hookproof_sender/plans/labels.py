"""What a drawing of a plan says of each node, in a few plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from .deciding import NodeState, leads
from .plan import Edge, FlowTask, Node

States = Mapping[str, NodeState]
"""Where each node of a run is, by its handle; one that is missing waits."""


def name_of(node: Node) -> str:
    """What a person calls it, on one line."""
    return "".join(char if char.isprintable() else " " for char in node.name)


def does(node: Node) -> str:
    """What it does: a method and a host without the path, which may hold a token; or what is run."""
    if isinstance(node.task, FlowTask):
        task = node.task
        return f"flow {task.flow_id}" if task.recipe_id is None else f"recipe {task.recipe_id}"
    return f"{node.task.method.upper()} {urlsplit(node.task.url).netloc}"


def state_of(node: Node, states: States | None) -> str:
    """Where it is in a run; empty for a plan that is not drawn as one."""
    return "" if states is None else states.get(node.handle, "waiting")


def end_of(edge: Edge, states: States | None) -> str:
    """Which end an edge is for, and in a run whether it leads on there, as soon as that is known."""
    known = None if states is None else leads(edge, states)
    return edge.rule if known is None else f"{edge.rule}: {'yes' if known else 'no'}"
