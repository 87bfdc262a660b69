"""A request and its answer as they went over the wire, for people and as JSON. Tokens are masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from hookproof_runtime.command_line import printable

from ..wire import Attempt
from .lines import duration

SHOWN = 1000
"""Characters of the answer that are shown."""


def request_lines(attempt: Attempt) -> Iterator[str]:
    """`  POST /hooks/orders HTTP/1.1` and the headers, a line each; none where it was not written."""
    if attempt.request is None:
        return
    parts = urlsplit(attempt.request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    yield f"  {attempt.request.method} {target} HTTP/1.1"
    yield from _header_lines(attempt.request.headers)


def answer_lines(attempt: Attempt) -> Iterator[str]:
    """The answer's headers, a line each, and the start of its body on one line."""
    yield from _header_lines(attempt.answer_headers)
    if attempt.answer:
        yield f"answer: {answer_text(attempt)}"


def timings_line(attempt: Attempt) -> str:
    """`timings: resolved 0 ms, connected 1 ms, sent 1 ms, first byte 4 ms, over 4 ms`."""
    steps = _steps(attempt) | {"over": attempt.duration_s}
    reached = ((step, at) for step, at in steps.items() if at is not None)
    words = (f"{step.replace('_', ' ')} {duration(at)}" for step, at in reached)
    return f"timings: {', '.join(words)}"


def answer_text(attempt: Attempt) -> str:
    """The start of the answer's body on one line, whatever it holds."""
    text = printable(attempt.answer[: 4 * SHOWN].decode("utf-8", "replace"))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def exchange_document(attempt: Attempt) -> dict[str, Any]:
    """Both as JSON: `request`, `answer_headers`, `answer`, `timings`, `peer`."""
    request = attempt.request
    return {
        "request": request
        and {"method": request.method, "url": request.url, "headers": request.headers},
        "answer_headers": attempt.answer_headers,
        "answer": answer_text(attempt),
        "timings": {
            f"{step}_s": at if at is None else round(at, 6) for step, at in _steps(attempt).items()
        },
        "peer": attempt.peer,
    }


def _header_lines(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        yield printable(f"  {name}: {value}")


def _steps(attempt: Attempt) -> dict[str, float | None]:
    """When each step was over, in seconds; None where it was not reached or not needed."""
    timings = attempt.timings
    return {
        "resolved": timings.resolved_s,
        "connected": timings.connected_s,
        "tls": timings.tls_s,
        "sent": timings.sent_s,
        "first_byte": timings.first_byte_s,
    }
