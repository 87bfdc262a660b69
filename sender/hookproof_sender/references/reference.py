"""A reference as it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Metadata: TypeAlias = Mapping[str, object]
"""What references read: `plan`, `http_zj`, `flow_b7`, and under each text, numbers, truth values, None,
lists and dicts."""

_PLAIN = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference of a text."""

    root: str
    """What it begins with, less its `$`: `plan`, `http_zj`."""
    path: tuple[str | int, ...]
    """The names and indexes behind that."""
    filters: tuple[str, ...]
    """What is applied to the value, in this order."""
    line: int
    """Where it stands, counted from 1."""
    column: int
    """Where in that line, in characters, counted from 1."""
    source: str
    """As it is written, braces and all."""

    @property
    def name(self) -> str:
        """What it names, in one spelling: `$flow_b7['My output'].rowCount`."""
        return written(self.root, self.path)


def written(root: str, path: Sequence[str | int]) -> str:
    """Write a root and a path as a reference has them."""
    return f"${root}" + "".join(map(_step, path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
