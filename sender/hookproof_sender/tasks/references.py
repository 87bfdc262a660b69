"""Where a task holds references, such as `{{$plan.name}}`: in its body and its headers' values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..references import Reference, parse

if TYPE_CHECKING:
    from .record import HttpTask


@dataclass(frozen=True, slots=True)
class Located:
    """A reference, and which key of its task it stands in."""

    where: str
    """`body`, or `headers.X-Run`."""
    reference: Reference
    """With its line and column there."""


def task_references(task: HttpTask) -> tuple[Located, ...]:
    """All references of a task; none for one that was rendered, whatever its values hold."""
    if task.is_rendered:
        return ()
    texts = [(f"headers.{name}", value) for name, value in task.headers.items()]
    return tuple(
        Located(where, reference)
        for where, text in [*texts, ("body", task.body)]
        for reference in parse(text).references
    )
