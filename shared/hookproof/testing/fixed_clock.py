"""A clock that moves only when it is told to."""

from __future__ import annotations

from datetime import datetime

from ..clock import NANOSECONDS, to_text


class FixedClock:
    """A `Clock` that stands still.

    Args:
        at: Unix time in seconds, or an aware datetime; by default 2026-01-01T00:00:00Z.

    Raises:
        ValueError: the datetime has no time zone.
    """

    def __init__(self, at: float | datetime = 1_767_225_600) -> None:
        self.nanoseconds: int = _nanoseconds(at)
        """What it shows: Unix time in nanoseconds."""

    def __call__(self) -> int:
        """The time it shows, in nanoseconds."""
        return self.nanoseconds

    def advance(self, seconds: float) -> None:
        """Move it on by `seconds`; back, where they are below 0."""
        self.nanoseconds += round(seconds * NANOSECONDS)

    def __repr__(self) -> str:
        return f"FixedClock({to_text(self.nanoseconds)})"


def _nanoseconds(at: float | datetime) -> int:
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError("a FixedClock needs an aware datetime: give it a tzinfo")
        return round(at.timestamp() * 1_000_000) * 1000
    return round(at * 1_000_000) * 1000  # no float of today's seconds knows less than a microsecond
