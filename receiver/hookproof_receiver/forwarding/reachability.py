"""Whether the application can be reached, as far as the last try knows."""

from __future__ import annotations

import threading

FIRST_S = 0.1
"""Seconds until the first further try; doubled for each that fails too."""
CAP_S = 2.0
"""No two tries lie further apart."""


class Reachability:
    """Counts tries in a row that found nobody. Serves any number of threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._lost = 0
        self._since_s = 0.0

    def lost(self, now_s: float) -> tuple[bool, float]:
        """A try found nobody: whether that is news, and the seconds until the next one.

        Args:
            now_s: a monotonic time.
        """
        with self._guard:
            news = self._lost == 0
            if news:
                self._since_s = now_s
            self._lost += 1
            return news, min(CAP_S, FIRST_S * 2.0 ** min(self._lost - 1, 16))

    def found(self, now_s: float) -> float | None:
        """A try found it: for how many seconds it was away; None where it was not."""
        with self._guard:
            if not self._lost:
                return None
            self._lost = 0
            return now_s - self._since_s
