"""How much time explanations may take, so that refused requests cannot buy it."""

from __future__ import annotations

SHARE = 0.05
"""Of one thread's time, in the long run."""
MOST_S = 0.5
"""Seconds that may be saved up: a handful of refusals in a row is explained at once."""


class Pace:
    """Seconds to spend, which come back slowly.

    Args:
        now_s: a monotonic time.
    """

    def __init__(self, now_s: float) -> None:
        self._left = MOST_S
        self._at = now_s

    def allows(self, now_s: float) -> bool:
        """Whether there is time for one more; it may take more than is left, which is then owed."""
        self._left = min(MOST_S, self._left + SHARE * (now_s - self._at))
        self._at = now_s
        return self._left > 0

    def spend(self, seconds: float) -> None:
        """Count what one took."""
        self._left -= seconds
