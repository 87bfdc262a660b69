"""Messages and their attempts as JSON: the same fields wherever one is shown."""

from __future__ import annotations

from typing import Any

from hookproof.clock import to_text

from ...outbox import Kept
from ...wire import Attempt
from .words import standing

_ANSWER = 4096  # bytes of each answer's body


def message(kept: Kept, now_ms: int) -> dict[str, Any]:
    """A message, without its attempts."""
    return {
        "id": kept.id,
        "state": kept.state,
        "task": kept.task,
        "method": kept.method,
        "target": kept.target,
        "guid": kept.guid,
        "attempts_made": kept.attempts,
        "attempts_allowed": kept.attempts_allowed,
        "status": kept.status,
        "cause": kept.cause,
        "recorded_at": _time(kept.created_ms),
        "changed_at": _time(kept.updated_ms),
        "due_at": None if kept.due_ms is None else _time(kept.due_ms),
        "due_in_s": None if kept.due_ms is None else max(0.0, (kept.due_ms - now_ms) / 1000),
        "sender_gone": kept.is_abandoned(now_ms),
        "verify_tls": kept.verify_tls,
        "body_bytes": kept.body_bytes,
    }


def whole_message(kept: Kept, now_ms: int) -> dict[str, Any]:
    """A message with its attempts."""
    return {
        **message(kept, now_ms),
        "standing": standing(kept, now_ms),
        "signed": kept.signed,
        "attempts": [_attempt(attempt) for attempt in kept.history],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    request, timings = attempt.request, attempt.timings
    return {
        "number": attempt.number,
        "status": attempt.status,
        "cause": attempt.cause,
        "sentence": attempt.sentence,
        "started_at": to_text(attempt.started_ns),
        "duration_s": round(attempt.duration_s, 6),
        "retry_in_s": attempt.retry_in_s,
        "guid": attempt.guid,
        "signed": attempt.signed,
        "loopback_allowed": attempt.loopback_allowed,
        "tls_verified": attempt.tls_verified,
        "warning": attempt.warning,
        "peer": attempt.peer,
        "reused": attempt.reused,
        "request": request
        and {"method": request.method, "url": request.url, "headers": request.headers},
        "answer_headers": attempt.answer_headers,
        "answer": attempt.answer[:_ANSWER].decode("utf-8", "replace"),
        "timings": {
            "resolved_s": _rounded(timings.resolved_s),
            "connected_s": _rounded(timings.connected_s),
            "tls_s": _rounded(timings.tls_s),
            "sent_s": _rounded(timings.sent_s),
            "first_byte_s": _rounded(timings.first_byte_s),
        },
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)


def _time(time_ms: int) -> str:
    return to_text(time_ms * 1_000_000)
