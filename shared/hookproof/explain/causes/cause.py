"""One row of the list of causes."""

from __future__ import annotations

from typing import NamedTuple

from ..fixes import Lines


class Cause(NamedTuple):
    """What is said of a cause. `{}` in `seen` is where what was found out stands."""

    seen: str
    fix: str
    lines: Lines = ()
