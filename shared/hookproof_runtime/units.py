"""Durations and sizes, as people write them: with a unit."""

from __future__ import annotations

import re

LONGEST_S = 3650 * 86_400
"""Ten years: no thread waits much longer, and nobody means it."""

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|s|min|h|d)")
_SIZE = re.compile(r"([0-9]+) ?(B|KiB|MiB|GiB)")


def parse_duration(text: object) -> float:
    """Read `"300 s"`, `"10 min"`, `"500 ms"`, `"1.5 h"` or `"7 d"` as seconds.

    Raises:
        ValueError: anything else; a bare number too, since nobody can see its unit.
    """
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(
            f'a duration is a number and a unit, such as "300 s" or "10 min", not {text!r}'
        )
    seconds = float(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= LONGEST_S:
        raise ValueError("a duration is above 0, and at most 3650 d")
    return seconds


def parse_size(text: object) -> int:
    """Read `"8 MiB"`, `"64 KiB"` or `"512 B"` as bytes.

    Raises:
        ValueError: anything else.
    """
    match = _SIZE.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError(f'a size is a number above 0 and a unit, such as "8 MiB", not {text!r}')
    return int(match[1]) * _BYTES[match[2]]


def duration_text(seconds: float) -> str:
    """A duration as a file may have it, exactly: `300 s`, `7 d`, `500 ms`."""
    if seconds < 1:
        return f"{seconds * 1000:g} ms"
    unit = next(unit for unit in ("d", "h", "s") if unit == "s" or seconds % _SECONDS[unit] == 0)
    return f"{seconds / _SECONDS[unit]:.15g} {unit}"


def size_text(size: int) -> str:
    """A size as a file may have it, exactly: `8 MiB`."""
    unit = next(unit for unit in ("GiB", "MiB", "KiB", "B") if size % _BYTES[unit] == 0)
    return f"{size // _BYTES[unit]} {unit}"
