"""The request of a message, as it may be repeated by hand."""

from __future__ import annotations

from hookproof_runtime.command_line.request.repeating import Repeatable

from ...outbox import Kept


def request_of(kept: Kept) -> Repeatable:
    """The newest request that was made for it; else what would be made, as far as it may be shown."""
    made = [attempt.request for attempt in kept.history if attempt.request is not None]
    if not made:
        return Repeatable(kept.method, kept.target, kept.headers, kept.body, kept.verify_tls)
    return Repeatable(made[-1].method, made[-1].url, made[-1].headers, kept.body, kept.verify_tls)
