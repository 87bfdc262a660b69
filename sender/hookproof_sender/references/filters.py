"""What may stand behind a bar: `{{$plan.duration|humanizeDuration}}`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .values import as_json

_SECOND = 1000
_UNITS = (  # in milliseconds: a year has 365.25 days, and a month is a twelfth of that
    ("year", 31_557_600 * _SECOND),
    ("month", 2_629_800 * _SECOND),
    ("week", 604_800 * _SECOND),
    ("day", 86_400 * _SECOND),
    ("hour", 3_600 * _SECOND),
    ("minute", 60 * _SECOND),
)


class Json(str):
    """Text that is JSON already."""

    __slots__ = ()


class NotFiltered(ValueError):
    """A filter does not take such a value; the sentence says which it takes."""


def dump(value: object) -> Json:
    """A value as JSON."""
    return value if isinstance(value, Json) else Json(as_json(value))


def humanize_duration(value: object) -> str:
    """A number of milliseconds in words, as the npm package humanize-duration has them (assumed).

    `2 minutes`, `1 hour, 1 minute, 1 second`, `1.5 seconds`, `0 seconds`.

    Raises:
        NotFiltered: it is no such number.
    """
    # Not math.isfinite: a whole number may be too large for it.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        raise NotFiltered("humanizeDuration takes a number of milliseconds")
    rest, words = abs(value), []
    for unit, length in _UNITS:
        number, rest = divmod(rest, length)
        if number:
            words.append(_counted(int(number), unit))
    seconds = rest / _SECOND
    if seconds or not words:
        words.append(_counted(int(seconds) if seconds == int(seconds) else seconds, "second"))
    return ", ".join(words)


def _counted(number: float, unit: str) -> str:
    written = str(number) if isinstance(number, int) else f"{number:.10g}"
    return f"{written} {unit}" + ("" if number == 1 else "s")


FILTERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {"dump": dump, "humanizeDuration": humanize_duration}
)
"""All of them by name."""
