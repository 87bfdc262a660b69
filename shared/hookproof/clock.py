"""The one place that asks the computer for the time.

Whatever decides takes the time as an argument or a `Clock`; so a test can say what time it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Clock: TypeAlias = Callable[[], int]
"""Wall time: Unix time in whole **nanoseconds**, as `time.time_ns` gives it."""

system_clock: Clock = time.time_ns
"""The computer's wall clock."""

NANOSECONDS = 1_000_000_000
"""Nanoseconds in a second."""


def to_datetime(nanoseconds: int) -> datetime:
    """Turn Unix time in nanoseconds into an aware UTC datetime (to the microsecond).

    Raises:
        OverflowError: the year is beyond 9999.
    """
    from datetime import UTC, datetime, timedelta  # here, since verifying alone never needs it

    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)


def to_text(nanoseconds: int) -> str:
    """Write Unix time in nanoseconds in RFC 3339, UTC, to the millisecond: `…T17:10:52.001Z`."""
    return to_datetime(nanoseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
