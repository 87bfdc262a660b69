"""A request and its answer as they went over the wire, for people and as JSON. Tokens are masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from hookproof_runtime.command_line import printable

from ..wire import Attempt
from .attempt_document import attempt_document
from .lines import duration

SHOWN = 1000
"""Characters of a body that are shown."""


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
    return f"timings: {', '.join(f'{step} {duration(at)}' for step, at in steps(attempt))}"


def steps(attempt: Attempt) -> Iterator[tuple[str, float]]:
    """Each step that was reached, in words, with the seconds after which it was over."""
    for name, at in asdict(attempt.timings).items():
        if at is not None:
            yield name.removesuffix("_s").replace("_", " "), at
    yield "over", attempt.duration_s


def answer_text(attempt: Attempt) -> str:
    """The start of the answer's body on one line, whatever it holds."""
    return start_of(attempt.answer)


def start_of(body: bytes) -> str:
    """The start of a body on one line, whatever it holds."""
    text = body[: 4 * SHOWN].decode("utf-8", "replace")
    more = "…" if len(text) > SHOWN or len(body) > 4 * SHOWN else ""
    return printable(text[:SHOWN]) + more


def exchange_document(attempt: Attempt) -> dict[str, Any]:
    """Both as JSON: `request`, `answer_headers`, `answer`, `timings`, `peer`."""
    document = attempt_document(attempt)
    same = {name: document[name] for name in ("request", "answer_headers", "timings", "peer")}
    return {**same, "answer": answer_text(attempt)}


def _header_lines(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        yield printable(f"  {name}: {value}")
