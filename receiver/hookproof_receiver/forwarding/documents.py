"""What `--jsonl` prints: of each request, and of forwarding. No header and no body is in it."""

from __future__ import annotations

from typing import Any

from hookproof.clock import to_text

from ..inbox import Ran
from ..ingest import Answered, Explained, Received
from ..ingest import Event as IngestEvent
from .events import Away, Event, Forwarded


def document(event: IngestEvent | Event) -> dict[str, Any]:
    """One event; `at` is when, every span of time is in seconds and ends in `_s`.

    Of what the receiver ran by itself, only that a message is parked: the rest is forwarding's to tell.
    """
    at = to_text(event.at_ns)
    if isinstance(event, Received):
        return {
            "event": "received",
            "at": at,
            "delivery": event.delivery_id,
            "method": event.method,
            "path": event.path,
            "body_bytes": event.size,
            "guid": event.guid,
            "verdict": "valid" if event.code is None else "refused",
            "code": event.code,
            "secret_label": event.delivery.secret_label if event.delivery else None,
        }
    if isinstance(event, Answered):
        return {
            "event": "answered",
            "at": at,
            "delivery": event.delivery_id,
            "message": event.answer.message_id,
            "status": event.answer.status,
            "code": event.answer.code,
            "kept": event.answer.kept,
            "duplicate": event.answer.duplicate,
            "duration_s": round(event.duration_s, 6),
        }
    if isinstance(event, Forwarded):
        return {
            "event": "forwarded",
            "at": at,
            "delivery": event.delivery_id,
            "message": event.message_id,
            "attempt": event.attempt,
            "signed_anew": event.signed_anew_after_s is not None,
            "taken": event.taken,
            "status": event.status,
            "cause": event.cause,
            "duration_s": round(event.duration_s, 6),
        }
    if isinstance(event, Ran):
        return {
            "event": "parked",
            "at": at,
            "message": event.message_id,
            "attempt": event.attempt,
            "error": event.error,
        }
    if isinstance(event, Away):
        return {"event": "away", "at": at, "url": event.url, "cause": event.cause}
    if isinstance(event, Explained):
        return {"event": "explained", "at": at, "delivery": event.delivery_id, "cause": event.cause}
    return {"event": "back", "at": at, "url": event.url, "away_s": round(event.away_s, 3)}
