"""Times and sizes as pages show them. Pure."""

from __future__ import annotations

from hookproof.clock import NANOSECONDS

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def ago(time_ns: int, now_ns: int) -> str:
    """`just now`, `12 s ago`, `3 min ago`; of a time to come, `in 12 s`."""
    seconds = (now_ns - time_ns) / NANOSECONDS
    if abs(seconds) < 1:
        return "just now"
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            span = f"{int(abs(seconds) // size)} {unit}"
            return f"{span} ago" if seconds > 0 else f"in {span}"
    raise AssertionError


def size(number: int) -> str:
    """`612 B`, `4.2 KiB`, `8.0 MiB`."""
    if number < 1024:
        return f"{number} B"
    if number < 1024**2:
        return f"{number / 1024:.1f} KiB"
    return f"{number / 1024**2:.1f} MiB"


def span(seconds: float) -> str:
    """`40 ms`, `3.2 s`, `4 min 10 s`."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def counted(number: int, thing: str) -> str:
    """`1 message`, `3 messages`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
