"""When the receiver runs a promised message again by itself."""

from __future__ import annotations

TRIES = 8
"""How often it does so before the message is parked as failed: within about two minutes."""

_FIRST_MS = 1_000
_CAP_MS = 60_000


def due_ms(tries: int, now_ms: int, jitter: float) -> int | None:
    """When it is due; None where the message is to be parked.

    Args:
        tries: how often the receiver has run it by itself.
        now_ms: when its last run failed, in Unix milliseconds.
        jitter: from 0 to 1, drawn by chance. The whole delay is left to it, so that messages which
            failed together do not come back together.
    """
    if tries >= TRIES:
        return None
    return now_ms + round(min(_CAP_MS, _FIRST_MS << tries) * jitter)
