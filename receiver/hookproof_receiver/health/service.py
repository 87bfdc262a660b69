"""The two answers."""

from __future__ import annotations

from ..inbox.answering import RETRY_AFTER_S
from ..ingest import Reply, problem
from .readiness import Readiness

ALIVE = "/healthz"
"""Answered 200 by a process that answers at all."""
READY = "/readyz"
"""Answered 200 where a message could be kept now, else 503."""
PATHS = (ALIVE, READY)
"""Both."""
METHODS = ("GET", "HEAD")
"""What they are asked with; anything else is answered 405."""

_WORD = "text/plain; charset=utf-8"


class Health:
    """Answers both paths. It says a word or a code, and nothing of paths, errors or messages.

    Args:
        readiness: whether a message could be kept.
    """

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def answer(self, method: str, path: str) -> Reply:
        """Answer one request; the body of an answer to HEAD is the server's to leave out."""
        if method not in METHODS:
            return _problem(405, "method_not_allowed", ("Allow", ", ".join(METHODS)))
        if path == ALIVE:
            return _reply(200, _WORD, b"alive\n")
        code = self._readiness.ask()
        if code is None:
            return _reply(200, _WORD, b"ready\n")
        return _problem(503, code, ("Retry-After", str(RETRY_AFTER_S)))


def _problem(status: int, code: str, *more: tuple[str, str]) -> Reply:
    return _reply(status, problem.CONTENT_TYPE, problem.document(status, code), *more)


def _reply(status: int, content_type: str, body: bytes, *more: tuple[str, str]) -> Reply:
    headers = (("Content-Type", content_type), ("Cache-Control", "no-store"), *more)
    return Reply(status, headers, body)
