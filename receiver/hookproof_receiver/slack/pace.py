"""How fast messages may come to a channel: one a second, and short bursts.

Slack's page on rate limits says "1 per second" for incoming webhooks and for `chat.postMessage`, with
"short bursts" allowed (api.slack.com/docs/rate-limits). How short is not said: `BURST` is ours.
"""

from __future__ import annotations

from hookproof.clock import NANOSECONDS

EVERY_NS = NANOSECONDS
"""A message comes so long after the one before it, in the long run."""

BURST = 10
"""So many may come at once, after a rest."""


def take(full_ns: int, now_ns: int) -> int | None:
    """Let one more message in, or none.

    Args:
        full_ns: when the messages so far would all have come, one every `EVERY_NS`; 0 before the first.
        now_ns: Unix time in nanoseconds.

    Returns:
        `full_ns` with this message; None where it comes too early.
    """
    if full_ns - now_ns > BURST * EVERY_NS:  # no message leads so far: the clock was set back
        full_ns = now_ns
    after = max(full_ns, now_ns) + EVERY_NS
    return after if after - now_ns <= BURST * EVERY_NS else None


def wait_s(full_ns: int, now_ns: int) -> int:
    """Whole seconds until one more may come, at least 1: what `Retry-After` says."""
    return max(1, -((now_ns + BURST * EVERY_NS - full_ns - EVERY_NS) // EVERY_NS))
