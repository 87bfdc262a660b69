"""How an answer is dressed for HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from ..inbox import Answer
from . import problem


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent."""

    status: int
    """The HTTP status."""
    headers: tuple[tuple[str, str], ...]
    """Without `Content-Length`, which is the server's to add."""
    body: bytes
    """As it is sent."""


def dress(
    answer: Answer, *, delivery_id: str, scheme: str, allow: tuple[str, ...] | None = None
) -> Reply:
    """Dress an answer.

    Args:
        answer: what was decided.
        delivery_id: the request's own id.
        scheme: what a 401 asks for.
        allow: what a 405 would take.
    """
    headers = [("Hookproof-Delivery", delivery_id)]
    if answer.message_id is not None:
        headers.append(("Hookproof-Message", answer.message_id))
        if answer.duplicate:
            headers.append(("Hookproof-Duplicate", answer.message_id))
    if answer.kept:
        headers.append(("Hookproof-State", "kept"))
    if answer.retry_after_s is not None:
        headers.append(("Retry-After", str(answer.retry_after_s)))
    if answer.status == 401:
        headers.append(("WWW-Authenticate", f'Signature realm="{scheme}"'))
    if allow is not None:
        headers.append(("Allow", ", ".join(allow)))
    body, content_type = answer.body, answer.content_type
    if not body and answer.code is not None:
        body, content_type = problem.document(answer.status, answer.code), problem.CONTENT_TYPE
    if answer.status in (204, 304):
        body = b""
    if body:
        headers.append(("Content-Type", content_type))
    return Reply(answer.status, tuple(headers), body)
