"""Where a message stands and what a request was, in words and on one line."""

from __future__ import annotations

from hookproof_runtime.command_line import clock_time, due, printable
from hookproof_runtime.masking import masked_url

from ...identity import FINISHED
from ...inbox import DeliveryRecord, MessageRecord

_GAP = "  "


def line(message: MessageRecord, now_ms: int, *, gone: bool = False) -> str:
    """`2026-11-24 14:51:37  msg_…  failed    2  POST /hooks/orders  612 B  500  linked  due in 3 s`.

    Args:
        message: the message.
        now_ms: the time, for what is due.
        gone: the process that runs it is gone.
    """
    parts = [
        clock_time(message.created_ms),
        message.id,
        f"{message.standing:<8}",
        str(message.attempts),
        f"{message.method} {target_of(message)}",
        f"{message.size} B" + ("" if message.body_kept else ", removed"),
        "-" if message.status is None else str(message.status),
    ]
    if message.flags:
        parts.append(",".join(message.flags))
    if gone:
        parts.append("its process is gone")
    elif message.due_ms is not None:
        parts.append(due(message.due_ms, now_ms))
    return _GAP.join(parts)


def delivery_line(delivery: DeliveryRecord) -> str:
    """`2026-11-24 14:51:37  dlv_…  answered  rule 2  POST /hooks/orders  201  guid -  msg_…`."""
    parts = [
        clock_time(delivery.received_ms),
        delivery.id,
        f"{delivery.verdict:<12}",
        "rule -" if delivery.rule is None else f"rule {delivery.rule}",
        f"{delivery.method} {target_of(delivery)}",
        "-" if delivery.status is None else str(delivery.status),
        f"guid {printable(delivery.guid or '-')}",
        delivery.message_id or "-",
    ]
    if delivery.flags:
        parts.append(",".join(delivery.flags))
    return _GAP.join(parts)


def standing(message: MessageRecord, now_ms: int, *, gone: bool = False) -> str:
    """Where it stands, in a sentence, and which command goes on where one does."""
    run = f"run {message.attempts}"
    by = f" by {run}" if tells_its_run(message) else ""
    again = f"once it can succeed: hookproof inbox replay {message.id}"
    match message.standing:
        case "running" if gone:
            then = (
                "the receiver runs it again"
                if message.promised
                else "a retry of its sender runs it again"
            )
            return f"running, {run}; its process is gone: it counts as failed, and {then}"
        case "running":
            return f"running, {run}; nobody else runs it while its process lives"
        case "pending":
            return f"pending: acknowledged, and run {message.attempts + 1} is {_when(message, now_ms)}"
        case "parked":
            return (
                f"parked: {run} failed ({_why(message)}), and nothing more happens by itself; {again}"
            )
        case "failed" if message.due_ms is not None:
            following = f"run {message.attempts + 1} is {_when(message, now_ms)}"
            return f"failed: {run} ({_why(message)}); it is the receiver's, and {following}"
        case "failed":
            return f"failed: {run} ({_why(message)}); its sender retries it, or {again}"
        case "done":
            return f"done{by}; a retry is answered {message.status} again, and runs nothing"
        case "rejected":
            return f"rejected{by} with {message.status}, and so is each retry; {again}"
        case _:
            return (
                f"kept: its endpoint had no handler; once it has: hookproof inbox replay {message.id}"
            )


def tells_its_run(message: MessageRecord) -> bool:
    """Whether its answer is its last run's, and not of one before a replay that failed."""
    return not (message.state in FINISHED and "replayed" in message.flags)


def target_of(record: MessageRecord | DeliveryRecord) -> str:
    """The path and the query, without what may be a token."""
    return printable(masked_url(record.target))


def _when(message: MessageRecord, now_ms: int) -> str:
    due_ms = message.due_ms or 0
    return due(due_ms, now_ms) + (f" ({clock_time(due_ms)})" if due_ms > now_ms else "")


def _why(message: MessageRecord) -> str:
    status = "-" if message.status is None else str(message.status)
    return f"{status}, {printable(message.error)}" if message.error else status
