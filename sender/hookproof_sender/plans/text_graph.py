"""A plan drawn in plain text: its nodes by rank, and below each the edges that lead from it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .labels import does, name_of
from .order import by_source, by_target, ranks
from .plan import Plan


def text_graph(plan: Plan) -> str:
    """Draw a plan, a line for each node and each edge. Its own name is not in the drawing."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    nodes = {node.handle: node for node in plan.nodes}
    name_width = max(len(name_of(node)) for node in plan.nodes)
    placed = ranks(plan)
    leading, leading_on = by_target(plan), by_source(plan)
    number_width = len(str(len(placed)))
    for number, rank in enumerate(placed, start=1):
        for handle in rank:
            node = nodes[handle]
            before = f"{number if handle == rank[0] else '':>{number_width}}"
            name = f"{name_of(node):<{name_width}}"
            yield f"{before}  {handle}  {name}  {does(node)}{_join(len(leading[handle]), node.join)}"
            edges = leading_on[handle]
            for edge in edges:
                corner = "└" if edge is edges[-1] else "├"
                yield f"{'':{number_width}}  {corner}─ {edge.rule} → {edge.target}"


def _join(number: int, join: str) -> str:
    return f", after {join} of {number}" if number > 1 else ""
