"""The text of a time: which digits it may be, which number of which unit they are, and writing it."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from ..errors import CannotRun, MalformedSignature

Unit: TypeAlias = Literal["ms", "s"]
"""What a time counts since 1970: milliseconds or seconds."""

MILLISECONDS_FROM: Final = 100_000_000_000
"""From this number on, a time of either unit is in milliseconds (in seconds: the year 5138)."""
LAST_TIME: Final = 253_402_300_799_999
"""The last millisecond of the year 9999: the largest time there is."""

_NANOSECONDS = {"ms": 1_000_000, "s": 1_000_000_000}
_WRITABLE = {
    "ms": range(MILLISECONDS_FROM, LAST_TIME + 1),
    "s": range(MILLISECONDS_FROM // 1000, MILLISECONDS_FROM),
}
_TIME = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII).fullmatch


def read_seconds(text: str) -> int:
    """Nanoseconds out of the text of a time in seconds.

    Raises:
        MalformedSignature: `bad_timestamp`.
    """
    number = _number(text)
    if number > LAST_TIME // 1000:
        raise MalformedSignature(
            "bad_timestamp", "the time lies beyond the year 9999 (in milliseconds?)"
        )
    return number * 1_000_000_000


def read_time(text: str) -> int:
    """Nanoseconds out of the text of a time in milliseconds or seconds, told apart by size.

    Raises:
        MalformedSignature: `bad_timestamp`.
    """
    number = _number(text)
    if number < MILLISECONDS_FROM:
        return number * 1_000_000_000
    if number > LAST_TIME:
        raise MalformedSignature(
            "bad_timestamp", "the time lies beyond the year 9999 (in microseconds?)"
        )
    return number * 1_000_000


def write_time(now_ns: int, unit: Unit) -> str:
    """The text to sign at `now_ns`.

    Raises:
        CannotRun: the clock shows a time that a receiver would misread.
    """
    number = now_ns // _NANOSECONDS[unit]
    if number not in _WRITABLE[unit]:
        raise CannotRun(
            "the clock is wrong: it shows a time before March 1973, or later than a receiver would read"
        )
    return str(number)


def _number(text: str) -> int:
    if not _TIME(text):
        raise MalformedSignature(
            "bad_timestamp",
            "the time is a whole number of ASCII digits, at most 15, without a leading zero",
        )
    return int(text)
