"""A plan as a Mermaid flowchart, for a page or a README. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .labels import does, name_of
from .order import incoming
from .plan import FlowTask, Node, Plan

_ARROWS = {"success": "-->", "failure": "-.->", "always": "==>"}


def mermaid(plan: Plan) -> str:
    """Write a plan as the source of a flowchart."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    yield "flowchart LR"
    for node in plan.nodes:
        yield f"    {_id(node.handle)}{_shape(node, _label(plan, node))}"
    for edge in plan.edges:
        yield f'    {_id(edge.source)} {_ARROWS[edge.rule]}|"{edge.rule}"| {_id(edge.target)}'


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


def _label(plan: Plan, node: Node) -> str:
    words = [name_of(node), f"{node.handle}, {does(node)}"]
    if node.join == "any" and len(incoming(plan, node.handle)) > 1:
        words.append("after any")
    return "<br/>".join(escaped(one) for one in words if one)
