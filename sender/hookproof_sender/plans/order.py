"""What comes before what in a plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hookproof.errors import BadConfiguration

from .plan import Edge, Plan


def incoming(plan: Plan, handle: str) -> tuple[Edge, ...]:
    """The edges that lead to a node, in the plan's order."""
    return tuple(edge for edge in plan.edges if edge.target == handle)


def by_target(plan: Plan) -> dict[str, tuple[Edge, ...]]:
    """The edges that lead to each node, as `incoming` has them, in one pass over all of them."""
    found: dict[str, list[Edge]] = {node.handle: [] for node in plan.nodes}
    for edge in plan.edges:
        found[edge.target].append(edge)
    return {handle: tuple(edges) for handle, edges in found.items()}


def by_source(plan: Plan) -> dict[str, tuple[Edge, ...]]:
    """The edges that lead from each node, as `outgoing` has them, in one pass over all of them."""
    found: dict[str, list[Edge]] = {node.handle: [] for node in plan.nodes}
    for edge in plan.edges:
        found[edge.source].append(edge)
    return {handle: tuple(edges) for handle, edges in found.items()}


def outgoing(plan: Plan, handle: str) -> tuple[Edge, ...]:
    """The edges that lead from a node, in the plan's order."""
    return tuple(edge for edge in plan.edges if edge.source == handle)


def ancestors(plan: Plan, handle: str) -> frozenset[str]:
    """The nodes before one on its own branch: those from which edges lead to it, however far away.

    What their ends were is what its references may read.
    """
    leading = by_target(plan)
    found: set[str] = set()
    below = [handle]
    for one in below:
        for edge in leading[one]:
            if edge.source not in found:
                found.add(edge.source)
                below.append(edge.source)
    return frozenset(found)


def ranks(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The handles by how many edges lie before them on the longest way, each rank in the plan's order.

    No edge lies within a rank, and none leads back.

    Raises:
        BadConfiguration: the edges lead in a circle, which no plan does that was read.
    """
    before = {handle: {edge.source for edge in edges} for handle, edges in by_target(plan).items()}
    found: list[tuple[str, ...]] = []
    placed: set[str] = set()
    while len(placed) < len(before):
        rank = tuple(one for one in before if one not in placed and before[one] <= placed)
        if not rank:
            raise BadConfiguration("the plan's edges lead in a circle: one of them must be left out")
        found.append(rank)
        placed.update(rank)
    return tuple(found)


def cycle(after: Mapping[str, Iterable[str]]) -> list[str] | None:
    """One way that ends where it began, its first node last too; None where there is none.

    Args:
        after: for each node those that edges lead to from it. Others than its keys lead nowhere.
    """
    done: set[str] = set()
    for first in after:
        way: dict[str, None] = {}  # in its order
        open_ends = [iter((first,))]
        while open_ends:
            one = next(open_ends[-1], None)
            if one is None:
                open_ends.pop()
                if way:
                    done.add(way.popitem()[0])
            elif one in way:
                on_it = list(way)
                return [*on_it[on_it.index(one) :], one]
            elif one not in done:
                way[one] = None
                open_ends.append(iter(after.get(one, ())))
    return None
