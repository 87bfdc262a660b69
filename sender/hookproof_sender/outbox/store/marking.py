"""Writing down how attempts went, and where their messages stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from hookproof_runtime.database import Connection

from ...wire import Attempt
from ...wire.attempt_json import to_json
from ..leased import Leased
from ..next_step import Step, after
from ..state import FINISHED
from .named import named

_MARK = """
UPDATE hookproof_outbox
SET state = :state, due_ms = :due_ms, owner = :owner, lease_ms = :lease_ms, status = :status,
    cause = :cause, updated_ms = :now_ms, private = CASE WHEN :finished THEN NULL ELSE private END
WHERE id = :id AND fence = :fence AND state = 'in_flight'
"""
# One whose process was taken for dead may come after all, and knows more than who took it over; but not
# after its message was pruned.
_RECORD = """
INSERT INTO hookproof_outbox_attempts (message_id, number, record)
SELECT :id, :number, :record WHERE EXISTS (SELECT 1 FROM hookproof_outbox WHERE id = :id)
ON CONFLICT (message_id, number) DO UPDATE SET record = excluded.record
"""
_FENCES = "SELECT id, fence FROM hookproof_outbox WHERE state = 'in_flight' AND id IN ({})"


class Mark(NamedTuple):
    """An attempt that is over, and what follows it."""

    leased: Leased
    """The message, as it was leased for this attempt."""
    attempt: Attempt
    """How it went."""
    step: Step
    """Where the message stands now."""


def mark_of(leased: Leased, attempt: Attempt, rng: Random) -> Mark:
    """Put together an attempt and what follows it, with the pause in the attempt's own record."""
    step = after(attempt, leased, rng)
    if step.delay_s:
        attempt = replace(attempt, retry_in_s=step.delay_s)
    return Mark(leased, attempt, step)


def mark(
    connection: Connection, marks: Sequence[Mark], *, now_ms: int, held_by: str | None = None
) -> list[Mark]:
    """Record attempts, and move their messages on.

    Args:
        marks: one or several attempts, each of another message.
        now_ms: Unix time in milliseconds.
        held_by: who keeps those that go on, through their pause and for as long again as their lease
            still lasts; None leaves them to whichever worker is there.

    Returns:
        Those whose message was taken over by another process meanwhile: it was left as that one has it.
    """
    lost = _lost(connection, marks) if len(marks) > 1 else []  # of one, the update itself tells
    kept = [one for one in marks if one not in lost]
    if kept and not _run(connection, _MARK, [_row(one, now_ms, held_by) for one in kept]):
        lost = kept
    _run(
        connection,
        _RECORD,
        [
            {"id": one.leased.id, "number": one.attempt.number, "record": to_json(one.attempt)}
            for one in marks
        ],
    )
    return lost


def _lost(connection: Connection, marks: Sequence[Mark]) -> list[Mark]:
    names, place = named([one.leased.id for one in marks])
    fences = {row[0]: row[1] for row in connection.exec_driver_sql(_FENCES.format(names), place)}
    return [one for one in marks if fences.get(one.leased.id) != one.leased.fence]


def _row(one: Mark, now_ms: int, held_by: str | None) -> dict[str, Any]:
    step = one.step
    due_ms = None if step.delay_s is None else now_ms + round(step.delay_s * 1000)
    held = held_by is not None and due_ms is not None
    return {
        "id": one.leased.id,
        "fence": one.leased.fence,
        "state": step.state,
        "due_ms": due_ms,
        "owner": held_by if held else None,
        "lease_ms": max(due_ms or 0, now_ms) + max(0, one.leased.lease_ms - now_ms) if held else None,
        "status": one.attempt.status,
        "cause": one.attempt.cause,
        "now_ms": now_ms,
        "finished": step.state in FINISHED,
    }


def _run(connection: Connection, statement: str, rows: list[dict[str, Any]]) -> int:
    """Run a statement for each row; how many rows of the table it changed."""
    return connection.exec_driver_sql(statement, rows if len(rows) > 1 else rows[0]).rowcount
