"""When the next attempt is due."""

from __future__ import annotations

from random import Random

FLOOR = 0.1
"""No delay is shorter, in seconds, unless the schedule's own bound is."""


def delay(retry: int, rng: Random, *, base: float = 1.0, cap: float = 60.0) -> float:
    """Seconds to wait before a retry: random between the floor and a bound that doubles.

    The whole span below the bound is used (full jitter), so that senders that failed together do
    not come back together.

    Args:
        retry: 1 before the second attempt, and so on.
        rng: where chance comes from.
        base: the first bound, in seconds.
        cap: the largest bound, in seconds.
    """
    bound = min(cap, base * 2.0 ** min(retry - 1, 1000))
    return rng.uniform(min(FLOOR, bound), bound)
