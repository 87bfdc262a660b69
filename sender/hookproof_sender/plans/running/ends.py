"""How a node ended, by how its message or its jobs did. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...outbox import State
from ...wire import Attempt, not_done
from ..ending import of_jobs as of_statuses
from ..ending import of_message as of_state
from ..plan import Node
from . import metadata
from .refusals import on_one_line
from .store import NodeEnd

REPEATED = 304
"""What the platform answers to an `x-execution-id` that it knows: an earlier attempt got through."""


def of_message(
    node: Node,
    state: State,
    attempt: Attempt | None,
    *,
    message_id: str,
    started_ms: int | None,
    now_ms: int,
    warnings: tuple[str, ...],
    refusal: str = "",
) -> NodeEnd:
    """The end of a node whose message ended.

    Args:
        node: the node.
        state: its message's: one that an attempt or a person ended, or `unknown`.
        attempt: the last one; None where none was made.
        message_id: the message.
        started_ms: when the node started.
        now_ms: now; both in Unix milliseconds.
        warnings: what was said of it before.
        refusal: what the last answer adds to its status, as `refusal_of` has it.
    """
    ended = of_state(state)
    said = metadata.of_end(node, ended, started_ms, now_ms)
    if attempt is not None:
        said |= metadata.of_answer(attempt)
        if (reason := not_done(attempt)) is not None:
            warnings = (*warnings, reason)
    return NodeEnd(
        state=ended,
        sentence=_sentence(state, attempt, message_id, refusal),
        metadata=said,
        warnings=warnings,
        attempts=attempt.number if attempt else None,
        status=attempt.status if attempt else None,
    )


def refused(node: Node, reason: str, warnings: tuple[str, ...], now_ms: int) -> NodeEnd:
    """The end of a node of which nothing was sent: it failed."""
    return NodeEnd(
        "failed", reason, metadata.of_end(node, "failed", now_ms, now_ms), warnings, attempts=0
    )


def skipped(node: Node, sentence: str, now_ms: int) -> NodeEnd:
    """The end of a node that does not run."""
    return NodeEnd("skipped", sentence, metadata.of_end(node, "skipped", None, now_ms))


def of_jobs(
    node: Node,
    statuses: Mapping[int, str],
    reasons: Mapping[int, str],
    outputs: Mapping[str, Any],
    *,
    attempts: int,
    status: int | None,
    started_ms: int | None,
    now_ms: int,
    warnings: tuple[str, ...],
) -> NodeEnd:
    """The end of a flow node whose jobs are over.

    Args:
        node: the node.
        statuses: the platform's word for each job group.
        reasons: why each failed, where the platform says it.
        outputs: what is known of each, by name.
        attempts: how many the message had that started them.
        status: what it was answered.
        started_ms: when the node started.
        now_ms: now; both in Unix milliseconds.
        warnings: what was said of it before.
    """
    state = of_statuses(list(statuses.values()))
    said = metadata.of_end(node, state, started_ms, now_ms)
    said["jobId"] = next(iter(statuses))  # of several, the first
    why = {job: f": {reason}" for job, reason in reasons.items()}
    sentence = ", ".join(f"job {job} {word}{why.get(job, '')}" for job, word in statuses.items())
    return NodeEnd(state, sentence, {**outputs, **said}, warnings, attempts=attempts, status=status)


def reason_of(record: Mapping[str, Any]) -> str:
    """Why a job failed, on one line and not without end; empty where its record does not say."""
    said = record.get("errorMessage")
    return on_one_line(said) if isinstance(said, str) else ""


def jobs_of(answer: bytes) -> tuple[int, ...]:
    """The job groups that an answer of the run-job API names; none where it names none."""
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(document, dict):
        return ()
    runs = document.get("data") if "flowRunId" in document else [document]
    if not isinstance(runs, list):
        return ()
    found = [one.get("id") for one in runs if isinstance(one, dict)]
    return tuple(one for one in found if isinstance(one, int))


def _sentence(state: State, attempt: Attempt | None, message_id: str, refusal: str) -> str:
    if state == "cancelled":
        return f"its message {message_id} was cancelled"
    if state == "unknown" or attempt is None:
        return (
            f"whether its message arrived nobody can say: look at the receiver, then hookproof outbox "
            f"retry {message_id}, or cancel, and take the run up again"
        )
    which = "" if attempt.number == 1 else f", attempt {attempt.number}"
    return f"{attempt.sentence}{which}{refusal}"
