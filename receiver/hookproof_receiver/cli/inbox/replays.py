"""Replays in words and as JSON: before, while it is asked, and afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hookproof.clock import to_text
from hookproof_runtime.command_line import clock_time, printable

from ...inbox import MessageRecord
from ...replay import Planned, Replay
from .words import target_of, tells_its_run

_UNFINISHED = "unfinished"


def plan_line(planned: Planned, changes: tuple[str, ...]) -> str:
    """`msg_…  would run: POST /hooks/orders  parked, run 9 answered 500; its effect: none yet`."""
    if planned.reason is not None:
        return f"{planned.of}  not run: {printable(planned.reason)}"
    record = planned.message or planned.delivery
    asked = f"  {record.method} {target_of(record)}" if record is not None else ""
    parts = [_as_what(planned), _before(planned.message)]
    if planned.second_effect:
        parts.append("it had its effect: this is a SECOND one")
    if changes:
        parts.append(f"changed: {printable(', '.join(changes))}")
    return f"{planned.of}  to run:{asked}  {'; '.join(part for part in parts if part)}"


def result_line(planned: Planned, replay: Replay | None, reason: str | None) -> str:
    """`msg_…  fixed: 500 before, 201 now  (run 3, rpl_…)`."""
    if replay is None:
        return f"{planned.of}  not run: {printable(reason or '')}"
    own = f" as {replay.message_id}" if replay.message_id not in (None, planned.of) else ""
    how = "sent" if replay.attempt is None else f"run {replay.attempt}"
    return f"{planned.of}{own}  {in_words(replay, running=False)}  ({how}, {replay.id})"


def in_words(replay: Replay, *, running: bool) -> str:
    """`fixed: 500 before, 201 now`; of one that has no end, whether its process lives."""
    if replay.result is None:
        if running:
            return "running"
        return f"{_UNFINISHED}: its process ended, or its outcome could not be written"
    before = "not run" if replay.before.succeeded is None else str(replay.before.status or "-")
    if replay.before.state == "running":
        before = "died"
    now = "no answer" if replay.after_status is None else str(replay.after_status)
    text = f"{replay.result.replace('_', ' ')}: {before} before, {now} now"
    return text + (f" ({printable(replay.after_error)})" if replay.after_error else "")


def shown_line(replay: Replay, *, running: bool) -> str:
    """A replay under its message: `2026-11-24 14:51:37  rpl_…  run 3  fixed: 500 before, 201 now`."""
    parts = [clock_time(replay.started_ms), replay.id]
    if replay.target is None:
        parts.append(f"run {replay.attempt or '-'}")
    else:
        how = "signed anew" if replay.how == "resign" else "as it was"
        parts.append(f"sent {how} to {printable(replay.target)}")
    if replay.changes:
        parts.append(f"changed: {printable(', '.join(replay.changes))}")
    parts.append(in_words(replay, running=running))
    return "  ".join(parts)


def planned_document(planned: Planned) -> dict[str, Any]:
    """What would be run."""
    message = planned.message
    return {
        "of": planned.of,
        "kind": planned.kind,
        "endpoint": planned.endpoint,
        "message_id": None if message is None else message.id,
        "state": None if message is None else message.standing,
        "second_effect": planned.second_effect,
        "reason": planned.reason,
    }


def replay_document(planned: Planned, replay: Replay | None, reason: str | None) -> dict[str, Any]:
    """What was asked for, with what came of it."""
    if replay is None:
        return {"of": planned.of, "id": None, "done": False, "reason": reason, "result": None}
    return {**document(replay, running=False), "done": True, "reason": None}


def document(replay: Replay, *, running: bool) -> dict[str, Any]:
    """A replay on record."""
    return {
        "id": replay.id,
        "of": replay.of,
        "message_id": replay.message_id,
        "how": replay.how,
        "target": replay.target,
        "changes": list(replay.changes),
        "attempt": replay.attempt,
        "before": {
            "state": replay.before.state,
            "status": replay.before.status,
            "error": replay.before.error,
        },
        "after": {
            "state": replay.after_state,
            "status": replay.after_status,
            "error": replay.after_error,
        },
        "result": replay.result or ("running" if running else _UNFINISHED),
        "started_at": to_text(replay.started_ms * 1_000_000),
        "duration_s": None if replay.ended_ms is None else (replay.ended_ms - replay.started_ms) / 1000,
    }


def summed(replays: Iterable[Replay | None]) -> dict[str, int]:
    """How many there are of each result."""
    counts: dict[str, int] = {}
    for replay in replays:
        if replay is not None:
            name = replay.result or _UNFINISHED
            counts[name] = counts.get(name, 0) + 1
    return counts


def _as_what(planned: Planned) -> str:
    if planned.kind == "linked":
        return "taken for a retry (rule 3), and now a message of its own"
    if planned.kind == "request":
        return "a new message" if planned.message is None else f"as {planned.message.id}"
    return "" if planned.message is None or planned.message.id == planned.of else planned.message.id


def _before(message: MessageRecord | None) -> str:
    if message is None:
        return "it has not run yet"
    if not message.attempts:
        return f"{message.standing}, not run yet"
    error = f", {printable(message.error)}" if message.error else ""
    answered = "did not end" if message.state == "running" else f"answered {message.status}{error}"
    run = f"run {message.attempts} " if tells_its_run(message) else ""
    return f"{message.standing}, {run}{answered}"
