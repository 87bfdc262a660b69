"""Which failures are tried again, and what an answer's wish for a pause counts."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal

from hookproof.clock import NANOSECONDS

from .attempt import Attempt

Profile = Literal["platform", "considerate"]
"""`platform`: as the platform does. `considerate`: for whoever also owns, or spares, the other end."""

LONGEST_PAUSE = 3600.0
"""Seconds: no `Retry-After` is honoured beyond this."""

_MENDS = frozenset({408, 409, 421, 423, 425, 429})  # of 400 to 499; the others need a person
_FOR_GOOD = frozenset({501, 505, 506, 508, 510, 511})  # of 500 to 599
_CAUSES_FOR_GOOD = frozenset(
    {
        "tls_expired",
        "tls_not_yet_valid",
        "tls_wrong_name",
        "tls_self_signed",
        "tls_untrusted",
        "tls_incomplete_chain",
        "tls_weak",
        "protocol_error",
        "answer_too_large",
    }
)


def is_retried(profile: Profile, attempt: Attempt) -> bool:
    """Whether a failed attempt is worth another one.

    A target that the policy refuses is not, in either profile: the policy is ours to change.
    """
    if attempt.cause == "target_refused":
        return False
    if profile == "platform":
        return True
    if attempt.cause is not None:
        return attempt.cause not in _CAUSES_FOR_GOOD
    status = attempt.status or 0
    return status in _MENDS or (500 <= status <= 599 and status not in _FOR_GOOD)


def pause_asked(profile: Profile, attempt: Attempt) -> float:
    """Seconds that the next attempt waits at the least, because the answer asks for it.

    `Retry-After` counts in the profile `considerate`, on every status that is retried, as seconds or as
    a date against the time when the attempt was over; what is neither, or lies in the past, asks for
    nothing.
    """
    if profile == "platform" or attempt.retry_after is None:
        return 0.0
    text = attempt.retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_PAUSE, float(text))
    try:
        when = parsedate_to_datetime(text)
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    over_s = attempt.started_ns / NANOSECONDS + attempt.duration_s
    return min(LONGEST_PAUSE, max(0.0, seconds - over_s))
