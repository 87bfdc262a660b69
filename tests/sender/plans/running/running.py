"""Plans to run, and a sender whose delays are short."""

from __future__ import annotations

from typing import Any

from hookproof_runtime.secret_places import SecretPlace
from hookproof_sender import HttpTask, Sender
from hookproof_sender.plans import Edge, FlowTask, Node, Plan, Platform

SECRET = "not-a-secret-for-tests"


def quick(**options: Any) -> Any:
    """A sender whose delays are short."""
    fast: dict[str, Any] = {"allow_loopback": True, "retry_base": 0.001, "deadline": 10.0}
    return Sender(**{**fast, **options})


def drawn(url: str, drawing: str, *, joins: dict[str, Any] | None = None, **keys: Any) -> Plan:
    """A plan of a drawing such as `aa success bb, aa failure cc`; each node posts to `/HANDLE`."""
    edges, handles = [], []
    for part in drawing.split(","):
        match part.split():
            case [source, rule, target]:
                edges.append(Edge(source, target, rule))  # type: ignore[arg-type]
                handles += [source, target]
            case alone:
                handles += alone
    tasks = {"method": "post", "body": "{}", "maxRetries": 2, "secretKey": SECRET} | keys
    nodes = tuple(
        Node(
            one,
            f"Task {one}",
            HttpTask.model_validate({"name": f"Task {one}", "url": f"{url}/{one}", **tasks}),
            (joins or {}).get(one, "all"),
        )
        for one in dict.fromkeys(handles)
    )
    return Plan("Nightly", 7, nodes, tuple(edges), user="ann@example.com")


def with_flow(url: str, flow: FlowTask, plan: Plan | None = None) -> Plan:
    """A flow node `b7` that a plan's first node follows, or alone."""
    node = Node("b7", "Clean the orders", flow)
    platform = Platform(url, SecretPlace(env="PLATFORM_TOKEN"))
    if plan is None:
        return Plan("Flows", None, (node,), (), platform)
    edges = (Edge("b7", plan.nodes[0].handle, "success"), *plan.edges)
    return Plan(plan.name, plan.id, (node, *plan.nodes), edges, platform)


def states(run: Any) -> dict[str, str]:
    """Of a run's nodes, by handle."""
    return {node.handle: node.state for node in run.nodes}


def with_body(node: Any, body: str) -> Node:
    """The same node with another body."""
    return Node(node.handle, node.name, node.task.model_copy(update={"body": body}), node.join)
