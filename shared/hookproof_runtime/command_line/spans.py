"""Times and spans of time, as people read them."""

from __future__ import annotations

from hookproof.clock import to_datetime


def clock_time(time_ms: int) -> str:
    """Date and time where the reader is, to the second, of Unix time in milliseconds."""
    return to_datetime(time_ms * 1_000_000).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def span(seconds: float) -> str:
    """`3 s`, `5 min`, `2 h` or `7 d`: a span of time as people say it."""
    for unit, length in ("d", 86_400), ("h", 3600), ("min", 60):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def due(due_ms: int, now_ms: int) -> str:
    """`due in 5 min`, or `due now`."""
    left_s = (due_ms - now_ms) / 1000
    return f"due in {span(left_s)}" if left_s >= 0.5 else "due now"
