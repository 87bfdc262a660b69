"""What an error of the platform's API adds to its status, in words that may be kept and shown. Pure."""

from __future__ import annotations

from hookproof_runtime.masking import masked_text

from ...wire import Attempt
from ...wire.platform_error import platform_error, request_id

_MOST = 200  # characters of what the platform says each


def on_one_line(text: str) -> str:
    """What the platform says, on one line and not without end."""
    return " ".join(text[: 4 * _MOST].split())[:_MOST]


def refusal_of(attempt: Attempt, token: str) -> str:
    """`: ValidationFailed: …; … (request id …)`, for behind what its status says; or nothing.

    Args:
        attempt: that failed.
        token: what must not be in it, whoever writes it: the platform's token.
    """
    name, *more = (masked_text(text, token) for text in platform_error(attempt))
    said = ": ".join(filter(None, [on_one_line(name), "; ".join(filter(None, map(on_one_line, more)))]))
    asked = on_one_line(masked_text(request_id(attempt), token))
    return (f": {said}" if said else "") + (f" (request id {asked})" if asked else "")
