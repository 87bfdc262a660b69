"""Messages and requests as JSON: the same fields wherever one is shown."""

from __future__ import annotations

from typing import Any

from hookproof.clock import to_text
from hookproof_runtime.masking import masked_headers, masked_url

from ...inbox import DeliveryRecord, MessageRecord, MessageWhole
from ...refusals import Record
from .words import standing


def message(record: MessageRecord, now_ms: int, *, gone: bool = False) -> dict[str, Any]:
    """A message, without its requests."""
    return {
        "id": record.id,
        "state": record.standing,
        "endpoint": record.endpoint,
        "method": record.method,
        "target": masked_url(record.target),
        "guid": record.guid,
        "flags": list(record.flags),
        "promised": record.promised,
        "attempts_made": record.attempts,
        "status": record.status,
        "error": record.error,
        "recorded_at": _time(record.created_ms),
        "changed_at": _time(record.updated_ms),
        "due_at": None if record.due_ms is None else _time(record.due_ms),
        "due_in_s": None if record.due_ms is None else max(0.0, (record.due_ms - now_ms) / 1000),
        "runner_gone": gone,
        "body_bytes": record.size,
        "body_kept": record.body_kept,
    }


def whole_message(whole: MessageWhole, now_ms: int, *, gone: bool = False) -> dict[str, Any]:
    """A message with its requests, and its headers without what may be a token."""
    answer, content = whole.answer, whole.content
    return {
        **message(whole.record, now_ms, gone=gone),
        "standing": standing(whole.record, now_ms, gone=gone),
        "body_sha256": None if content is None else content.digest,
        "headers": [] if content is None else [list(pair) for pair in masked_headers(content.headers)],
        "answer": None
        if answer is None
        else {"content_type": answer.content_type, "body_bytes": len(answer.body)},
        "deliveries": [delivery(one) for one in whole.deliveries],
    }


def delivery(record: DeliveryRecord) -> dict[str, Any]:
    """A request."""
    return {
        "id": record.id,
        "message_id": record.message_id,
        "endpoint": record.endpoint,
        "method": record.method,
        "target": masked_url(record.target),
        "verdict": record.verdict,
        "code": record.stale,
        "rule": record.rule,
        "flags": list(record.flags),
        "guid": record.guid,
        "secret_label": record.secret_label,
        "signed_at": None if record.signed_ms is None else _time(record.signed_ms),
        "received_at": _time(record.received_ms),
        "status": record.status,
    }


def refusal(record: Record) -> dict[str, Any]:
    """A request that was refused by its signature."""
    return {
        "id": record.id,
        "endpoint": record.endpoint,
        "method": record.method,
        "received_at": to_text(record.received_ns),
        "scheme": record.scheme,
        "code": record.code,
        "sentence": record.sentence,
        "cause": record.cause,
        "body_bytes": record.body_bytes,
        "body_sha256": record.body_sha256,
    }


def _time(time_ms: int) -> str:
    return to_text(time_ms * 1_000_000)
