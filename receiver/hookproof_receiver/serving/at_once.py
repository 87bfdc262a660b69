"""What an endpoint acknowledges is answered without a thread.

The server's loop judges the request and hands its message to the writer; once that has committed, the
loop answers all of them that were in the commit. A thread each would cost more than all the rest.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from hookproof.headers import guid
from hookproof_runtime.logs import get_logger

from ..ingest import Incoming, Ingest, Reply, target_of
from .parser import Parser

if TYPE_CHECKING:
    from .channel import Channel

SMALL = 64 * 1024
"""Bytes; a larger body is judged in a thread, and a larger answer written by one: the loop is
everybody's, and cannot wait for a peer to take what there is."""

_log = get_logger(__name__)


class AtOnce:
    """Judges requests on waitress's loop.

    Args:
        ingest: the endpoints.
        call: has a function called on the loop; from any thread, but not from within that function.
        add_task: has a channel's next request answered in a thread.
    """

    def __init__(
        self,
        ingest: Ingest,
        call: Callable[[Callable[[], None]], None],
        add_task: Callable[[Channel], None],
    ) -> None:
        self._ingest = ingest
        self._call = call
        self._add_task = add_task
        self._guard = threading.Lock()
        self._ready: deque[tuple[Channel, Parser, Reply]] = deque()
        self._called = False
        self.answering = False
        """Whether the loop is at it: whoever wants to wake it need not."""

    def takes(self, channel: Channel) -> bool:
        """Take a channel's next request; False where a thread has to."""
        request = channel.requests[0]
        if request.error is not None or request.size > SMALL or channel.total_outbufs_len > SMALL:
            return False
        route = self._ingest.routes.get(request.path)
        if route is None or not route.endpoint.acknowledges:
            return False
        return self._ingest.submit(_incoming(request), partial(self._answered, channel, request))

    def _answered(self, channel: Channel, request: Parser, reply: Reply) -> None:
        """Note a reply; most often in the writer's thread, many after one commit."""
        with self._guard:
            self._ready.append((channel, request, reply))
            if self._called:
                return
            self._called = True
        self._call(self._answer)

    def _answer(self) -> None:
        # The trigger is held while this runs: whatever is noted meanwhile must not pull it.
        self.answering = True
        while (noted := self._next()) is not None:
            try:
                self._write(*noted)
            except Exception:  # the others wait for theirs
                _log.exception("could not answer")
                noted[0].will_close = True
        self.answering = False

    def _next(self) -> tuple[Channel, Parser, Reply] | None:
        with self._guard:
            self._called = bool(self._ready)
            return self._ready.popleft() if self._called else None

    def _write(self, channel: Channel, request: Parser, reply: Reply) -> None:
        request.reply = reply
        if len(reply.body) > SMALL:
            self._add_task(channel)
            return
        channel.service()
        if channel.connected:
            channel.handle_write()


def _incoming(request: Parser) -> Incoming:
    body = request.get_body_stream()  # read by nobody else, where it is taken
    return Incoming(
        method=request.command,
        path=request.path,
        target=target_of(request.path, request.query),
        headers=request.fields,
        guid=guid(request.fields),
        declared=request.size,
        read=body.read,
    )
