"""Durations have units."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_TEXT = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|min|h|d)", re.ASCII)


def parse_duration(value: Any) -> float:
    """Read `"300 s"`, `"10 min"`, `"500 ms"`, `"1.5 h"` or `"7 d"` as seconds.

    Raises:
        ValueError: anything else; a bare number too, since nobody can see its unit.
    """
    match = _TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(
            f'a duration is a number and a unit, such as "300 s" or "10 min", not {value!r}'
        )
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds <= 0:
        raise ValueError("a duration is above 0")
    return seconds


Duration = Annotated[float, BeforeValidator(parse_duration)]
"""A span of time: text with a unit in the file, seconds in the program."""
