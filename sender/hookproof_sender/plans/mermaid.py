"""A plan as a Mermaid flowchart, for a page or a README. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .labels import States, does, end_of, name_of, state_of
from .order import incoming
from .plan import FlowTask, Node, Plan

_ARROWS = {"success": "-->", "failure": "-.->", "always": "==>"}
_CLASSES = {
    "waiting": "fill:#f4f4f4,stroke:#888888,color:#555555",
    "running": "fill:#dbe9ff,stroke:#1d5fbf,color:#0b2a57",
    "succeeded": "fill:#dff5e1,stroke:#23803b,color:#0d3a19",
    "failed": "fill:#fde0e0,stroke:#b3261e,color:#5c0f0b",
    "skipped": "fill:#ffffff,stroke:#aaaaaa,color:#777777,stroke-dasharray:4 3",
    "cancelled": "fill:#fde0e0,stroke:#b3261e,color:#5c0f0b,stroke-dasharray:4 3",
    "unknown": "fill:#fff3d6,stroke:#a66b00,color:#573900",
}


def mermaid(plan: Plan, states: States | None = None) -> str:
    """Write a plan, or a run of it, as the source of a flowchart.

    Args:
        plan: what is drawn.
        states: of the nodes, for a run: each is coloured and said in words.
    """
    return "\n".join(_lines(plan, states))


def _lines(plan: Plan, states: States | None) -> Iterator[str]:
    yield "flowchart LR"
    for node in plan.nodes:
        yield f"    {_id(node.handle)}{_shape(node, _label(plan, node, states))}"
    for edge in plan.edges:
        words = escaped(end_of(edge, states))
        yield f'    {_id(edge.source)} {_ARROWS[edge.rule]}|"{words}"| {_id(edge.target)}'
    if states is None:
        return
    for state, style in _CLASSES.items():
        members = [_id(node.handle) for node in plan.nodes if state_of(node, states) == state]
        if members:
            yield f"    classDef {state} {style}"
            yield f"    class {','.join(members)} {state}"


def escaped(text: str) -> str:
    """A text as Mermaid shows it verbatim: what its grammar, HTML or Markdown might read is coded.

    Formulas ($$), line breaks (a backslash and n) and icons (fa:) it looks for in what the codes stand
    for: a blank without a width keeps them apart.
    """
    apart = re.sub(r"\$(?=\$)|\\(?=n)|\bfa[a-z]?(?=:)", "\\g<0>\u200b", text)
    # A number or a hyphen at the start could be a list; a colon before a code, a style.
    return re.sub(r"\A[-\d]|[^\w ,./()-]|_", lambda found: f"#{ord(found[0])};", apart)


def _id(handle: str) -> str:
    """A prefix: a bare handle could be a word of Mermaid's, or the end of an arrow."""
    return f"n_{handle}"


def _shape(node: Node, label: str) -> str:
    return f'[["{label}"]]' if isinstance(node.task, FlowTask) else f'["{label}"]'


def _label(plan: Plan, node: Node, states: States | None) -> str:
    words = [name_of(node), f"{node.handle}, {does(node)}", state_of(node, states)]
    if node.join == "any" and len(incoming(plan, node.handle)) > 1:
        words.append("after any")
    return "<br/>".join(escaped(one) for one in words if one)
