"""The guard behind granian's parser: what `head.py` says of a head, as far as it can still be seen.

Granian speaks RSGI here and not WSGI, which cannot be guarded: it folds `X_Webhook_Signature` and
`X-Webhook-Signature` into one, ends a chunked body that was cut like a whole one, and holds a thread
for each body that does not come.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

from hookproof_runtime.logs import get_logger

from ..ingest import Refused, Reply, problem
from .bodies import Bodies, discard
from .front import Front, Request
from .head import check_fields, check_host, check_path
from .refused_lines import RefusedLines

NOT_ASCII = "\xff"
"""What stands for a header's value with any byte beyond ASCII: granian tells us of its name alone."""
_NAMED = ("server", "hookproof")
_SENDABLE = re.compile(r"[\t -~]*").fullmatch
_log = get_logger(__name__)


class Guard:
    """An RSGI application before a front; for one event loop.

    Args:
        front: what answers the requests that are let through.
        bodies: reads their bodies.
        once: names in lower case that may come once.
        lines: where refusals are written.
    """

    def __init__(
        self, front: Front, bodies: Bodies, *, once: frozenset[bytes], lines: RefusedLines
    ) -> None:
        self._front = front
        self._bodies = bodies
        self._once = once
        self._lines = lines
        self.open = 0
        """Requests that are being answered."""

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        self.open += 1
        try:
            await self._answer(scope, proto)
        except asyncio.CancelledError:
            pass  # the server ends, and does not wait for this one
        finally:
            self.open -= 1

    async def _answer(self, scope: Any, proto: Any) -> None:
        length: int | None = 0
        try:
            headers, length = self._judge(scope)
            body = b"" if length == 0 else await self._bodies.read(proto, length)
        except Refused as refused:
            reply = self._lines.answer(refused, time.monotonic())
            _send(proto, reply, ("connection", "close"), *_later(refused))
            if length != 0:
                await discard(proto)
            return
        request = Request(
            method=scope.method,
            path=scope.path,
            query=scope.query_string,
            headers=headers,
            body=body,
            peer=scope.client,
            version=f"HTTP/{_version(scope)}",
        )
        try:
            reply = await self._front(request)
        except Exception:
            _log.exception("could not answer")
            reply = Reply(500, (("Content-Type", problem.CONTENT_TYPE),), _FAILED)
        finally:
            self._bodies.answered(body)
        _send(proto, reply)

    def _judge(self, scope: Any) -> tuple[tuple[tuple[str, str], ...], int | None]:
        """The headers that count, and the body's length: None for a chunked one."""
        items = scope.headers.items()
        names = {name for name, _ in items}
        items.extend((name, NOT_ASCII) for name in scope.headers if name not in names)
        old = scope.http_version == "1"
        fields = [(name.encode(), value.encode("latin-1")) for name, value in items]
        values = check_fields(fields, self._once, old=old)
        authority = scope.authority
        check_host(values.get(b"host"), None if authority is None else authority.encode(), old=old)
        check_path(scope.path.encode())
        if b"transfer-encoding" in values:
            return tuple(items), None
        return tuple(items), int(values.get(b"content-length", b"0"))


_FAILED = problem.document(500, "handler_failed")


def _send(proto: Any, reply: Reply, *more: tuple[str, str]) -> None:
    headers = [_NAMED, *reply.headers, *more]
    if not all(_SENDABLE(value) for _, value in headers):
        _log.error("an answer's header cannot be sent: it is not printable ASCII")
        reply, headers = Reply(500, (), _FAILED), [_NAMED, ("Content-Type", problem.CONTENT_TYPE)]
    proto.response_bytes(reply.status, headers, reply.body)


def _later(refused: Refused) -> tuple[tuple[str, str], ...]:
    return (("Retry-After", "5"),) if refused.status == 503 else ()


def _version(scope: Any) -> str:
    return "1.0" if scope.http_version == "1" else str(scope.http_version)
