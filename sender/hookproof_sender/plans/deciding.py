"""What runs next in a plan: decided of the states of its nodes alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .order import by_target, ranks
from .plan import Edge, Node, Plan

NodeState = Literal["waiting", "running", "succeeded", "failed", "skipped", "cancelled", "unknown"]
"""Where a node is in a run. `cancelled`: a person stopped its message, which counts as failed.
`unknown`: nobody knows how its message or its job ended."""

ENDED: frozenset[NodeState] = frozenset({"succeeded", "failed", "skipped", "cancelled"})
"""States that a node does not leave; a node of an unknown end may still turn out to have one."""

RunEnd = Literal["complete", "failed", "unknown"]
"""How a run ended: with no node failed, with one, or with one of an unknown end and nothing to run."""

FAILED: frozenset[NodeState] = frozenset({"failed", "cancelled"})
"""Ends that an edge for `failure` is for, and that fail a run."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A node that will not run in this run."""

    handle: str
    """Which."""
    sentence: str
    """Why: which edges do not lead on, and because of what."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done at once. It holds nothing that was done before."""

    start: tuple[str, ...]
    """Handles of the waiting nodes that are to run now, in the plan's order."""
    skip: tuple[Skipped, ...]
    """The waiting nodes that will not run: each after those that lead to it."""
    end: RunEnd | None
    """How the run ended, once what is to be skipped is; None while a node runs or is to run."""


def decide(plan: Plan, states: Mapping[str, NodeState]) -> Decision:
    """Decide what starts, what is skipped, and whether the run is over.

    The answer to the states that follow from an answer starts and skips nothing more: it can be asked
    again at any time, after a crash too.

    Args:
        plan: without a cycle.
        states: of each node by its handle; one that is missing waits.
    """
    return Decider(plan).decide(states)


class Decider:
    """Decides for one plan, again and again: in which order its nodes stand is found out once.

    Args:
        plan: without a cycle.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._nodes = {node.handle: node for node in plan.nodes}
        self._leading = by_target(plan)
        self._order = [handle for rank in ranks(plan) for handle in rank]

    def decide(self, states: Mapping[str, NodeState]) -> Decision:
        """As the function of this name."""
        now: dict[str, NodeState] = {one: states.get(one, "waiting") for one in self._nodes}
        start: set[str] = set()
        skip: list[Skipped] = []
        for handle in self._order:
            if now[handle] != "waiting":
                continue
            node, edges = self._nodes[handle], self._leading[handle]
            if _may_run(node, [leads(edge, now) for edge in edges]):
                start.add(handle)
            elif all(now[edge.source] in ENDED for edge in edges):
                skip.append(Skipped(handle, _why_not(node, edges, now)))
                now[handle] = "skipped"
        in_order = tuple(handle for handle in self._nodes if handle in start)
        return Decision(in_order, tuple(skip), None if start else _end(now))


def leads(edge: Edge, states: Mapping[str, NodeState]) -> bool | None:
    """Whether an edge leads on; None while its source has no known end.

    `always` leads on where its source ran at all. Nothing leads on from a source that was skipped.
    """
    state = states.get(edge.source, "waiting")
    if state not in ENDED:
        return None
    if edge.rule == "always":
        return state != "skipped"
    return state == "succeeded" if edge.rule == "success" else state in FAILED


def _may_run(node: Node, leading: list[bool | None]) -> bool:
    if node.join == "all" or not leading:
        return all(leading)
    return any(leading)


def _end(now: Mapping[str, NodeState]) -> RunEnd | None:
    states = set(now.values())
    if "running" in states:
        return None
    if not states <= ENDED:
        return "unknown"
    return "failed" if states & FAILED else "complete"


def _why_not(node: Node, edges: tuple[Edge, ...], now: Mapping[str, NodeState]) -> str:
    against = [_objection(edge, now[edge.source]) for edge in edges if not leads(edge, now)]
    return against[0] if node.join == "all" else "; ".join(against)


def _objection(edge: Edge, state: NodeState) -> str:
    if state == "skipped":
        return f"{edge.source} was skipped"
    did = {"succeeded": "succeeded", "failed": "failed", "cancelled": "was cancelled"}[state]
    return f"{edge.source} {did}, and the edge from it is for {edge.rule}"
