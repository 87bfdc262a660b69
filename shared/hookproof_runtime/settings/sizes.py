"""Sizes have units."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_TEXT = re.compile(r"(\d+) ?(B|KiB|MiB|GiB)", re.ASCII)


def parse_size(value: Any) -> int:
    """Read `"8 MiB"`, `"64 KiB"` or `"512 B"` as bytes.

    Raises:
        ValueError: anything else.
    """
    match = _TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError(f'a size is a number above 0 and a unit, such as "8 MiB", not {value!r}')
    return int(match[1]) * _UNITS[match[2]]


Size = Annotated[int, BeforeValidator(parse_size)]
"""A number of bytes: text with a unit in the file."""
