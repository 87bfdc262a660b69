"""Which names the references of a node can have: the plan's, and those of the nodes before it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from ..references import Reference
from ..references.names import FLOW, HTTP, PLAN, RESPONSE
from ..references.reference import written
from .findings import PlanCode
from .order import ancestors
from .plan import FlowTask, Node, Plan

OUTPUT = ("name", "status", "jobId", "duration", "rowCount", "files")
"""What stands under each output of a flow (assumed)."""

_MAY_BE_UNSAID = ("user", "id", "url")


def root_of(node: Node) -> str:
    """What references call a node: `http_zj`, `flow_b7`."""
    return f"{'flow' if isinstance(node.task, FlowTask) else 'http'}_{node.handle}"


def names_in_reach(plan: Plan, handle: str) -> list[str]:
    """What the references of a node may name, one spelling each; a flow's outputs are left out.

    A node before it may have been skipped: its `status` says so, and the rest is unknown then.
    """
    before = ancestors(plan, handle)
    names = [written("plan", [one]) for one in PLAN if not _is_unsaid(plan, one)]
    for node in plan.nodes:
        if node.handle not in before:
            continue
        root = root_of(node)
        if isinstance(node.task, FlowTask):
            names += [written(root, [one]) for one in FLOW]
        else:
            names += [written(root, [one]) for one in HTTP if one != "response"]
            names += [written(root, ["response", one]) for one in RESPONSE]
    return names


def flows_in_reach(plan: Plan, handle: str) -> list[str]:
    """The handles of the flow nodes before one: each output of theirs may be named too."""
    before = ancestors(plan, handle)
    return [one.handle for one in plan.nodes if one.handle in before and isinstance(one.task, FlowTask)]


def out_of_reach(
    plan: Plan, handle: str, reference: Reference, before: Collection[str]
) -> tuple[PlanCode, str] | None:
    """Why a reference of a node will name nothing: a code and a sentence; None where it may.

    That no plan has such a name is not asked here.

    Args:
        plan: the node's.
        handle: the node.
        reference: in its task.
        before: the node's ancestors; asked for once, for its references may be many.
    """
    if reference.root == "plan":
        first = reference.path[0] if reference.path else ""
        if _is_unsaid(plan, first):
            return "not_said", f"the plan says no {first}, so {reference.name} is empty: add it"
        return None
    kind, _, named = reference.root.partition("_")
    if kind not in ("http", "flow"):
        return None
    roots = {root_of(node): node.handle for node in plan.nodes}
    if reference.root not in roots:
        return "no_such_node", _no_such(reference.root, named, roots)
    if roots[reference.root] in before:
        return None
    if named == handle:
        return "not_upstream", f"${reference.root} is this node itself, which has no outcome yet"
    return "not_upstream", (
        f"${reference.root} is not before this node, so nothing is known of it here: no edges lead "
        f"from {named} to {handle}"
    )


def _is_unsaid(plan: Plan, name: str | int) -> bool:
    return name in _MAY_BE_UNSAID and getattr(plan, str(name)) in (None, "")


def _no_such(root: str, handle: str, roots: dict[str, str]) -> str:
    other = next((one for one, known in roots.items() if known == handle), None)
    if other is not None:
        does = "runs a flow" if other.startswith("flow") else "sends an HTTP task"
        return f"the node {handle} {does}: write ${other}"
    near = get_close_matches(root, roots, n=1)
    hint = (
        f"did you mean ${near[0]}?" if near else f"there are: {', '.join(f'${one}' for one in roots)}"
    )
    return f"there is no node for ${root}; {hint}"
