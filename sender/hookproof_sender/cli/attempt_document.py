"""An attempt as JSON: the same fields wherever one is shown. Tokens are masked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hookproof.clock import to_text

from ..wire import Attempt

_ANSWER = 4096  # bytes of the answer's body


def attempt_document(attempt: Attempt) -> dict[str, Any]:
    """All that is kept of an attempt; of the answer's body the first 4 KiB, as text."""
    request = attempt.request
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
            name: at if at is None else round(at, 6) for name, at in asdict(attempt.timings).items()
        },
    }
