"""The fast server: granian, with the guard behind its parser. Needs the extra `granian`.

It runs within this process, on an event loop and a thread of granian's own: no second process that
could be left behind, two of these on one port are refused as they are with waitress, and a front is any
object, made here.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import uvloop
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server as _Server

from hookproof import CannotRun
from hookproof_runtime.listening import listen_socket, url_of

from ..ingest import Ingest
from .bodies import LAST, Bodies
from .descriptors import connections, give_up_after
from .front import Front
from .head import MAX_HEAD, once_only
from .refused_lines import RefusedLines
from .rsgi import Guard
from .server import GRACE, IDLE, Application
from .submitting import Submitting
from .threads import Threads

BACKLOG = 1024
"""Connections that the operating system holds until they are taken."""
SETTLE = 0.5
"""Seconds that a stop waits for granian's threads at the most; those of idle peers may go on."""
_INCREMENTAL = {"incremental": True, "formatters": {}, "handlers": {}, "loggers": {"_granian": {}}}


class GranianServer:
    """Listens from the moment it is made, answers while `run` runs.

    Args:
        front: what answers.
        listen: `HOST:PORT`, port 0 takes a free one; or a socket that listens already.
        max_body: bytes of body; a larger one is answered 413.
        head_within: seconds that a request's head may take to come, however steadily it trickles, and
            that a connection may be silent.
        body_within: seconds that its body may take after that.
        taken_within: seconds that a peer may take nothing of its answer.
        once: headers that may come once, beside those of any receiver.

    Raises:
        BadConfiguration: `listen` is no address.
        CannotRun: nothing can listen there.
    """

    def __init__(
        self,
        front: Front,
        *,
        listen: str | socket.socket = "127.0.0.1:8080",
        max_body: int = 8 * 1024**2,
        head_within: float = IDLE,
        body_within: float = 120.0,
        taken_within: float = IDLE,
        once: Iterable[str] = (),
    ) -> None:
        self._listening = listen_socket(listen) if isinstance(listen, str) else listen
        give_up_after(self._listening, taken_within)
        self.url = url_of(self._listening)
        """`http://HOST:PORT`, with the port that was taken."""
        self._front = front
        self._lines = RefusedLines()
        self._bodies = Bodies(max_body, body_within, head_within)
        self._guard = Guard(front, self._bodies, once=once_only(once), lines=self._lines)
        self._embedded = _Embedded(self._listening, self._guard, head_within)
        self._stops = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`; then take nothing new, answer what was taken, and return.

        Args:
            started: called once requests are answered.

        Raises:
            CannotRun: granian ended by itself.
        """
        before = _foreign_threads()
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._run(started))
        finally:
            self._front.close()
            _until_gone(before)
            self._lines.end_second(float("inf"))
            self._listening.close()

    def stop(self) -> None:
        """Make `run` return; from any thread, or a signal's handler. A second time: at once."""
        self._stops += 1
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._stopped.set)

    async def _run(self, started: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        if self._is_stopped(1):
            return
        serving = asyncio.create_task(self._embedded.serve())
        answering = asyncio.create_task(self._embedded.answers.wait())
        await asyncio.wait({answering, serving}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            started()
        while not self._is_stopped(1) and not serving.done():
            await self._until_stopped(1, serving)
        if not self._is_stopped(1):
            serving.result()
            raise CannotRun("the server ended by itself; its log says why")
        self._embedded.stop()  # type: ignore[no-untyped-call]
        self._bodies.end()
        until = time.monotonic() + GRACE
        while not (serving.done() or self._is_stopped(2) or time.monotonic() > until):
            await self._until_stopped(0.1, serving)
            if not self._guard.open:  # what is left has begun no request, or takes its answer
                until = min(until, time.monotonic() + LAST)

    def _is_stopped(self, times: int) -> bool:
        return self._stops >= times

    async def _until_stopped(self, seconds: float, serving: asyncio.Task[None]) -> None:
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait({stopped, serving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        self._stopped.clear()
        self._lines.end_second(time.monotonic())


def serve_wsgi(
    application: Application, *, threads: int = 64, ingest: Ingest | None = None, **more: Any
) -> GranianServer:
    """A server of a WSGI application; the arguments are those of `Server`."""
    front: Front = Threads(application, threads)
    if ingest is not None:
        front = Submitting(ingest, front)
    return GranianServer(front, **more)


def _foreign_threads() -> set[int]:
    """The threads of this process that Python did not start, where the system tells."""
    if sys.platform != "linux":
        return set()
    ours = {thread.native_id for thread in threading.enumerate()}
    return {number for number in map(int, os.listdir("/proc/self/task")) if number not in ours}


def _until_gone(before: set[int]) -> None:
    """Wait for granian's threads: one that is about to call into Python aborts a process that ends."""
    until = time.monotonic() + SETTLE
    while _foreign_threads() - before and time.monotonic() < until:
        time.sleep(0.005)  # nothing tells of their end


class _Embedded(_Server):
    """Granian on a socket that listens already."""

    def __init__(self, listening: socket.socket, guard: Guard, head_within: float) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(
            guard,
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=connections(),  # connections that may be open
            http1_settings=HTTP1Settings(
                header_read_timeout=round(head_within * 1000),
                max_buffer_size=MAX_HEAD,
            ),
            log_level=LogLevels.error,
            log_dictconfig=_INCREMENTAL,  # the level alone: lines go where all others go
        )
        self._listening = listening
        self.answers = asyncio.Event()
        """Set once requests are answered."""

    def _init_shared_socket(self) -> None:
        listening = self._listening
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Theirs to close. Their stubs name no arguments.
        self._shd: Any = SocketHolder(listening.detach(), False, BACKLOG)  # type: ignore[call-arg]
        self._sfd = self._shd.get_fd()
        self._ssp = None

    def startup(self, spawn_target: object, target_loader: object) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().call_soon(self.answers.set)  # after the worker's first step
