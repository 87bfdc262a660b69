"""What an endpoint acknowledges is answered without a thread.

The server's loop judges the request and hands its message to the writer; once that has committed, the
loop answers all of them that were in the commit. A thread each would cost more than all the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from hookproof.headers import guid

from ..ingest import Incoming, Ingest, Reply
from .parser import Parser

if TYPE_CHECKING:
    from .channel import Channel

SMALL = 64 * 1024
"""Bytes; a larger body is judged in a thread: the loop is everybody's."""


class AtOnce:
    """Judges requests on waitress's loop.

    Args:
        ingest: the endpoints.
        call: has a function called on the loop; from any thread.
    """

    def __init__(self, ingest: Ingest, call: Callable[[Callable[[], None]], None]) -> None:
        self._ingest = ingest
        self._call = call
        self._ready: deque[tuple[Channel, Parser, Reply]] = deque()
        self._called = False
        self.answering = False
        """Whether the loop is at it: whoever wants to wake it need not."""

    def takes(self, channel: Channel) -> bool:
        """Take a channel's next request; False where a thread has to."""
        request = channel.requests[0]
        if request.error is not None or request.size > SMALL:
            return False
        route = self._ingest.routes.get(request.path)
        if route is None or not route.endpoint.acknowledges:
            return False
        return self._ingest.submit(_incoming(request), partial(self._answered, channel, request))

    def _answered(self, channel: Channel, request: Parser, reply: Reply) -> None:
        """Note a reply; most often in the writer's thread, many after one commit."""
        self._ready.append((channel, request, reply))
        if not self._called:
            self._called = True
            self._call(self._answer)

    def _answer(self) -> None:
        # The trigger is held while this runs: whatever is noted meanwhile must not pull it.
        self.answering = True
        while self._ready:
            while self._ready:
                channel, request, reply = self._ready.popleft()
                request.reply = reply
                channel.service()
                if channel.connected:
                    channel.handle_write()
            self._called = False
            self._called = bool(self._ready)
        self.answering = False


def _incoming(request: Parser) -> Incoming:
    body = request.get_body_stream()  # read by nobody else, where it is taken
    return Incoming(
        method=request.command,
        path=request.path,
        target=f"{request.path}?{request.query}" if request.query else request.path,
        headers=request.fields,
        guid=guid(request.fields),
        declared=request.size,
        read=body.read,
    )
