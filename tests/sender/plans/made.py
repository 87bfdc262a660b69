"""Plans made for tests: by a drawing of their edges, and at random."""

from __future__ import annotations

from hypothesis import strategies as st

from hookproof_sender import HttpTask
from hookproof_sender.plans import Edge, Node, Plan

RULES = ["success", "failure", "always"]
SAY = HttpTask(method="get", url="https://shop.example.com/")


def plan(drawing, **joins):
    """A plan of a drawing such as `aa success bb, aa failure cc`; a handle alone is a node alone."""
    edges, handles = [], []
    for part in drawing.split(","):
        match part.split():
            case [source, rule, target]:
                edges.append(Edge(source, target, rule))
                handles += [source, target]
            case [alone]:
                handles.append(alone)
    nodes = tuple(Node(one, one.upper(), SAY, joins.get(one, "all")) for one in dict.fromkeys(handles))
    return Plan("Nightly", None, nodes, tuple(edges))


@st.composite
def plans(draw, most=8):
    """Any plan: its nodes are written in any order, whatever leads where."""
    handles = [f"n{number}" for number in range(draw(st.integers(1, most)))]
    pairs = [(one, other) for number, one in enumerate(handles) for other in handles[number + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    nodes = [Node(one, one, SAY, draw(st.sampled_from(["all", "any"]))) for one in handles]
    edges = [Edge(one, other, draw(st.sampled_from(RULES))) for one, other in chosen]
    return Plan("Any", None, tuple(draw(st.permutations(nodes))), tuple(edges))
