"""The platform's own record of a plan, as its API hands it out, put into our keys. Pure.

Found in a public fixture of that API's answer to `GET /v4/plans/{id}/full`: the lists `planNodes.data`
and `planEdges.data`; of a node `id`, `handle`, `name`, `taskType`, `httpTask`, and for a flow
`task.flow.id` and `task.flowNodes.data[].id`; of an edge `statusRule`, `inPlanNodeId` (the node that it
comes from: its coordinates lie to the left) and `outPlanNodeId`; `creator.email` of the plan. Assumed:
that the lists may also stand bare; that a flow task with one flow node runs that recipe alone, by the
flow node's id, and one with several the whole flow; that `$plan.user` is the creator's address.

What such a record holds beside these keys (dates, people, coordinates, settings of flows) is left
alone. `platform`, `user` and `url` may stand in it too: they are ours, and the platform has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hookproof_runtime.settings import Problem

_BOOKKEEPING = {
    "createdAt", "creator", "deletedAt", "id", "plan", "planNode", "updatedAt", "updater", "workspace",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Put:
    """A record in our keys."""

    record: dict[str, Any]
    """It may be wrong in any place."""
    nodes_at: str
    """Where the nodes stood: `nodes`, or `planNodes.data`."""
    edges_at: str
    """Where the edges stood."""
    problems: tuple[Problem, ...]
    """What could not be put."""

    def place(self, key: str) -> str:
        """Where a key of ours stood."""
        if self.nodes_at == "nodes":
            return key
        for pattern, theirs in (
            (r"nodes(\[\d+\])\.flow\b.*", rf"{self.nodes_at}\1.task"),
            (r"nodes\b(.*)", rf"{self.nodes_at}\1"),
            (r"edges(\[\d+\])\.source", rf"{self.edges_at}\1.inPlanNodeId"),
            (r"edges(\[\d+\])\.target", rf"{self.edges_at}\1.outPlanNodeId"),
            (r"edges\b(.*)", rf"{self.edges_at}\1"),
        ):
            if match := re.fullmatch(pattern, key):
                return match.expand(theirs)
        return key


def put(record: Mapping[str, Any]) -> Put:
    """Put a record into our keys: the platform's, or ours with edges that name nodes by id."""
    problems: list[Problem] = []
    theirs = "planNodes" in record or "planEdges" in record
    if theirs:
        nodes_at, nodes = _listed(record, "planNodes")
        edges_at, edges = _listed(record, "planEdges")
        ours = {key: record[key] for key in ("name", "id", "platform", "user", "url") if key in record}
        creator = record.get("creator")
        if isinstance(creator, Mapping) and isinstance(creator.get("email"), str):
            ours.setdefault("user", creator["email"])
    else:
        nodes_at, nodes, edges_at, edges = "nodes", record.get("nodes"), "edges", record.get("edges")
        ours = dict(record)
    ids = _handles_by_id(nodes)
    if isinstance(nodes, list):
        ours["nodes"] = [_node(one) if theirs and isinstance(one, Mapping) else one for one in nodes]
    elif nodes is not None:
        ours["nodes"] = nodes  # its own table says what is wrong
    if isinstance(edges, list):
        places = [f"{edges_at}[{number}]" for number in range(len(edges))]
        ours["edges"] = [
            _edge(edge, theirs, ids, place, problems) if isinstance(edge, Mapping) else edge
            for edge, place in zip(edges, places, strict=True)
        ]
    elif edges is not None:
        ours["edges"] = edges
    return Put(ours, nodes_at, edges_at, tuple(problems))


def _listed(record: Mapping[str, Any], key: str) -> tuple[str, Any]:
    held = record.get(key)
    return (f"{key}.data", held.get("data")) if isinstance(held, Mapping) else (key, held)


def _handles_by_id(nodes: Any) -> dict[int, str]:
    return {
        node["id"]: node["handle"]
        for node in _mappings(nodes)
        if isinstance(node.get("id"), int) and isinstance(node.get("handle"), str)
    }


def _mappings(items: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in items if isinstance(one, Mapping)) if isinstance(items, list) else iter(())


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    ours = {
        key: node[key]
        for key in ("id", "handle", "name", "taskType", "join", "flow", "httpTask")
        if key in node
    }
    if isinstance(task := node.get("httpTask"), Mapping):
        ours["httpTask"] = {key: value for key, value in task.items() if key not in _BOOKKEEPING}
    if node.get("taskType") == "flow" and "flow" not in node:
        ours["flow"] = _flow(node.get("task"))
    return ours


def _flow(task: Any) -> Any:
    if not isinstance(task, Mapping):
        return None
    flow, flow_nodes = task.get("flow"), _listed(task, "flowNodes")[1]
    recipes = [one.get("id") for one in _mappings(flow_nodes)]
    if len(recipes) == 1:
        return {"recipe": recipes[0]}
    return {"id": flow.get("id") if isinstance(flow, Mapping) else task.get("flowId")}


def _edge(
    edge: Mapping[str, Any], theirs: bool, ids: Mapping[int, str], place: str, problems: list[Problem]
) -> dict[str, Any]:
    """An edge with handles in the place of ids."""
    ours = {key: edge[key] for key in edge if not theirs or key == "statusRule"}
    for key, their_key in (("source", "inPlanNodeId"), ("target", "outPlanNodeId")):
        where = their_key if theirs else key
        named = edge.get(where)
        if isinstance(named, int) and not isinstance(named, bool):
            if named not in ids:
                problems.append(Problem(f"{place}.{where}", f"there is no node with the id {named}"))
            ours[key] = ids.get(named, "")
        elif where in edge:
            ours[key] = named
    return ours
