"""What an endpoint acknowledges is answered on the event loop, without a thread."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial

from hookproof.headers import guid

from ..ingest import Incoming, Ingest, Reply, target_of
from .at_once import SMALL
from .front import Front, Request


class Submitting:
    """Judges requests on the event loop, and answers them when their commit is on the disk.

    Args:
        ingest: the endpoints.
        behind: answers all else.
    """

    def __init__(self, ingest: Ingest, behind: Front) -> None:
        self._ingest = ingest
        self._behind = behind
        self._ready: deque[tuple[asyncio.Future[Reply], Reply]] = deque()
        self._called = False

    async def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        route = self._ingest.routes.get(request.path)
        if route is None or not route.endpoint.acknowledges or len(request.body) > SMALL:
            return await self._behind(request)
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Reply] = loop.create_future()
        if self._ingest.submit(_incoming(request), partial(self._answered, loop, reply)):
            return await reply
        return await self._behind(request)

    def close(self) -> None:
        """Take no more."""
        self._behind.close()

    def _answered(
        self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Reply], reply: Reply
    ) -> None:
        """Note a reply; most often in the writer's thread, many after one commit."""
        self._ready.append((future, reply))
        if not self._called:
            self._called = True
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._called = False
        while self._ready:
            future, reply = self._ready.popleft()
            if not future.done():  # or nobody waits any more
                future.set_result(reply)


def _incoming(request: Request) -> Incoming:
    body = request.body
    return Incoming(
        method=request.method,
        path=request.path,
        target=target_of(request.path, request.query),
        headers=request.headers,
        guid=guid(request.headers),
        declared=len(body),
        read=lambda: body,
    )
