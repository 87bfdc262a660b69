"""Why the time of an authentic request lies outside the tolerance."""

from __future__ import annotations

from collections.abc import Iterator

from ..clock import NANOSECONDS
from ..errors import StaleDelivery
from .causes import finding
from .explanation import Finding

_HOUR = 3600
_NEAR = 120  # seconds that a request and two clocks may take, on top of a zone's offset
_ZONES = 14 * _HOUR
_2001 = 978_307_200  # Unix time of 2001: what signed before was a clock that nobody had set


def stale_findings(stale: StaleDelivery) -> Iterator[Finding]:
    """The fact, then guesses at its cause."""
    age = stale.delivery.age or 0.0
    direction = "ago" if age > 0 else "from now"
    code = "signed_long_ago" if age > 0 else "signed_ahead"
    yield finding(code, f"{in_words(abs(age))} {direction}", proved=True)
    signed_s = (stale.delivery.signed_ns or 0) / NANOSECONDS
    if signed_s < _2001:
        yield finding("clock_not_set", "in the year 2000 or before")
        return
    halves = round(abs(age) / (_HOUR / 2))
    if halves > 0 and abs(age) <= _ZONES + _NEAR and abs(abs(age) - halves * _HOUR / 2) <= _NEAR:
        yield finding("time_zone", f"{halves / 2:g} hours")
    if age > 0 and stale.delivery.guid:
        yield finding("retry_not_signed_anew", "a GUID, as retries do")
    yield finding("clock_wrong", "too far apart")


def in_words(seconds: float) -> str:
    """A span for people: the unit that fits."""
    for size, unit in ((86400 * 365.25, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
