"""What is answered, by where a message stands."""

from __future__ import annotations

from ..identity import FINISHED
from .answer import Answer
from .store.leasing import Settled

RETRY_AFTER_S = 5
"""Seconds that a 503 asks the sender to wait: longer than any wait for the database's lock here."""


def answer_for(settled: Settled, *, duplicate: bool = False) -> Answer | None:
    """The answer to a request of this message; None while it runs and nothing was promised."""
    if settled.state in FINISHED:
        return _as_kept(settled, kept=settled.state == "kept", duplicate=duplicate)
    if settled.promised:
        return kept(settled.id)
    if settled.state == "failed":
        return _as_kept(settled)
    return None


def kept(message_id: str) -> Answer:
    """The message is on disk, and the receiver's to handle."""
    return Answer(200, message_id=message_id, kept=True)


def unavailable(code: str, message_id: str | None = None) -> Answer:
    """Nothing is acknowledged: `busy`, or `not_kept`."""
    return Answer(503, code=code, message_id=message_id, retry_after_s=RETRY_AFTER_S)


def _as_kept(settled: Settled, *, kept: bool = False, duplicate: bool = False) -> Answer:
    return Answer(
        settled.status,
        settled.body,
        settled.content_type,
        code=_code(settled),
        message_id=settled.id,
        duplicate=duplicate,
        kept=kept,
    )


def _code(settled: Settled) -> str | None:
    """The code that stands in for a body that the handler did not give."""
    if settled.body or settled.status < 400:
        return None
    return "handler_failed" if settled.state == "failed" else "rejected"
