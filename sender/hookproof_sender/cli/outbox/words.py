"""Where a message stands, in words and on one line."""

from __future__ import annotations

from hookproof_runtime.command_line import clock_time, due, printable

from ...outbox import Kept

_GAP = "  "


def line(kept: Kept, now_ms: int, time_ms: int) -> str:
    """`2026-11-24 14:51:37  msg_…  pending    1/4  Tell the shop  POST https://…  503  due in 3 s`.

    Args:
        kept: the message.
        now_ms: the time, for what is due and who is gone.
        time_ms: the time to begin the line with.
    """
    parts = [
        clock_time(time_ms),
        kept.id,
        f"{kept.state:<9}",
        f"{kept.attempts}/{kept.attempts_allowed}",
        printable(kept.task),
        f"{kept.method} {printable(kept.target)}",
        outcome(kept),
    ]
    if kept.is_abandoned(now_ms):
        parts.append("its sender is gone: a worker takes it over")
    elif kept.due_ms is not None:
        parts.append(due(kept.due_ms, now_ms))
    return _GAP.join(parts)


def outcome(kept: Kept) -> str:
    """How the last attempt went: its cause, else its answer's status, else `-`."""
    return kept.cause or (str(kept.status) if kept.status else "-")


def standing(kept: Kept, now_ms: int) -> str:
    """Where it stands, in a sentence, and which command goes on where one does."""
    number = f"attempt {kept.attempts} of {kept.attempts_allowed}"
    match kept.state:
        case "pending":
            return _waiting(kept, now_ms)
        case "in_flight" if kept.is_abandoned(now_ms):
            return (
                f"in flight, {number}; its sender is gone: a worker takes it over (hookproof work), "
                "with the same GUID where a retry is left"
            )
        case "in_flight":
            until = clock_time(kept.lease_ms or 0)
            return f"in flight, {number}: its sender holds it until {until}, and longer while it lives"
        case "delivered" if kept.cause or not 200 <= (kept.status or 0) <= 299:
            return f"delivered, as was found out later, though {number} ended as {outcome(kept)}"
        case "delivered":
            return f"delivered by {number}; nothing more happens"
        case "failed":
            again = f"once it can succeed: hookproof outbox retry {kept.id}"
            return f"failed after {number} ({outcome(kept)}); {again}"
        case "cancelled":
            return "cancelled; nothing more is sent"
        case "unknown":
            return (
                f"unknown: whether {number} arrived nobody can say ({outcome(kept)}), and no retry is "
                "left; look at the receiver, then: hookproof outbox retry "
                f"{kept.id} (same GUID), or hookproof outbox cancel {kept.id}"
            )


def _waiting(kept: Kept, now_ms: int) -> str:
    due_ms = kept.due_ms or 0
    when = f"attempt {kept.attempts + 1} of {kept.attempts_allowed} is {due(due_ms, now_ms)}"
    if due_ms > now_ms:
        when += f" ({clock_time(due_ms)})"
    if kept.is_held(now_ms):
        return f"pending, {when}; the process that recorded it goes on with it"
    return f"pending, {when}; hookproof work sends it"
