"""Messages as JSON: the same fields wherever one is shown."""

from __future__ import annotations

from typing import Any

from hookproof.clock import to_text

from ...outbox import Kept
from ..attempt_document import attempt_document
from .words import standing


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
        "attempts": [attempt_document(attempt) for attempt in kept.history],
    }


def _time(time_ms: int) -> str:
    return to_text(time_ms * 1_000_000)
