"""A plan drawn in plain text: its nodes by rank, and below each the edges that lead from it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .labels import States, does, end_of, name_of, state_of
from .order import by_source, by_target, ranks
from .plan import Plan


def text_graph(plan: Plan, states: States | None = None) -> str:
    """Draw a plan, or a run of it, a line for each node and each edge.

    Args:
        plan: what is drawn. Its own name is not in the drawing.
        states: of the nodes, for a run.
    """
    return "\n".join(_lines(plan, states))


def _lines(plan: Plan, states: States | None) -> Iterator[str]:
    nodes = {node.handle: node for node in plan.nodes}
    name_width = max(len(name_of(node)) for node in plan.nodes)
    state_width = max(len(state_of(node, states)) for node in plan.nodes)
    placed = ranks(plan)
    leading, leading_on = by_target(plan), by_source(plan)
    number_width = len(str(len(placed)))
    for number, rank in enumerate(placed, start=1):
        for handle in rank:
            node = nodes[handle]
            before = f"{number if handle == rank[0] else '':>{number_width}}"
            words = [before, handle, f"{name_of(node):<{name_width}}"]
            if states is not None:
                words.append(f"{state_of(node, states):<{state_width}}")
            yield "  ".join([*words, does(node) + _join(len(leading[handle]), node.join)])
            edges = leading_on[handle]
            for edge in edges:
                corner = "└" if edge is edges[-1] else "├"
                yield f"{'':{number_width}}  {corner}─ {end_of(edge, states)} → {edge.target}"


def _join(number: int, join: str) -> str:
    return f", after {join} of {number}" if number > 1 else ""
