"""How many jobs may be run in a minute: 30 a user, 60 a workspace, as on the platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hookproof.clock import NANOSECONDS

from .refusal import Refusal

WINDOW_NS = 60 * NANOSECONDS
"""How far back is counted."""

RATE_HEADERS = {
    "x-rate-limit-limit": "How many runs a minute there may be.",
    "x-rate-limit-remaining": "How many are left now.",
    "x-rate-limit-reset": "When there are more: Unix time in seconds.",
    "x-retry-after": "In how many seconds there are.",
    "Retry-After": "The same, under its standard name.",
}
"""What a 429 says, and what each means."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many job groups may begin in any minute."""

    a_user: int = 30
    """By one token."""
    in_all: int = 60
    """By all of them: there is one workspace."""

    def check(self, recent: Sequence[tuple[str, int]], user: str, more: int, now_ns: int) -> None:
        """Let `more` begin, or raise.

        Args:
            recent: who began each of the last minute, and when, in the order of time.
            user: who asks.
            more: how many groups at once.
            now_ns: the time.

        Raises:
            Refusal: 429 `TooManyRequestsException`.
        """
        # No request is so far ahead of this one: the clock was set back since.
        recent = [(who, moment) for who, moment in recent if moment <= now_ns + WINDOW_NS]
        own = [moment for who, moment in recent if who == user]
        _check(own, self.a_user, "a user", more, now_ns)
        _check([moment for _, moment in recent], self.in_all, "a workspace", more, now_ns)


def _check(moments: list[int], limit: int, whose: str, more: int, now_ns: int) -> None:
    over = len(moments) + more - limit
    if over <= 0:
        return
    # So many have to become old first; where that is never enough, all of them.
    last = moments[min(over, len(moments)) - 1] if moments else now_ns
    wait_s = max(1, -((now_ns - last - WINDOW_NS) // NANOSECONDS))
    raise Refusal(
        429,
        "TooManyRequestsException",
        "Too many jobs were run.",
        f"at most {limit} a minute {whose}; try again in {wait_s} s",
        {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(max(0, limit - len(moments))),
            "x-rate-limit-reset": str(-(-(now_ns + wait_s * NANOSECONDS) // NANOSECONDS)),
            "x-retry-after": str(wait_s),
            "Retry-After": str(wait_s),
        },
    )
