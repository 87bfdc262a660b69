"""The record of an attempt as JSON, and back: how it is kept."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

from .attempt import Attempt, Request, Timings


def to_json(attempt: Attempt) -> str:
    """Write a record down, on one line. The answer's bytes are in base64, whatever they are."""
    request, timings = attempt.request, attempt.timings
    return _write(
        {
            "number": attempt.number,
            "started_ns": attempt.started_ns,
            "duration_s": attempt.duration_s,
            "status": attempt.status,
            "cause": attempt.cause,
            "sentence": attempt.sentence,
            "guid": attempt.guid,
            "signed": attempt.signed,
            "loopback_allowed": attempt.loopback_allowed,
            "tls_verified": attempt.tls_verified,
            "retry_after": attempt.retry_after,
            "answer": b64encode(attempt.answer).decode(),
            "retry_in_s": attempt.retry_in_s,
            "request": request
            and {"method": request.method, "url": request.url, "headers": request.headers},
            "answer_headers": attempt.answer_headers,
            "timings": {
                "resolved_s": timings.resolved_s,
                "connected_s": timings.connected_s,
                "tls_s": timings.tls_s,
                "sent_s": timings.sent_s,
                "first_byte_s": timings.first_byte_s,
            },
            "peer": attempt.peer,
            "reused": attempt.reused,
        }
    )


def from_json(text: str) -> Attempt:
    """Read what `to_json` wrote.

    Raises:
        ValueError: it is not JSON.
        KeyError, TypeError: it is no record of an attempt.
    """
    fields: dict[str, Any] = json.loads(text)
    request = fields.pop("request")
    return Attempt(
        answer=b64decode(fields.pop("answer")),
        request=request
        and Request(request["method"], request["url"], headers=_pairs(request["headers"])),
        answer_headers=_pairs(fields.pop("answer_headers")),
        timings=Timings(**fields.pop("timings")),
        **fields,
    )


_write = json.JSONEncoder(separators=(",", ":")).encode


def _pairs(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)
