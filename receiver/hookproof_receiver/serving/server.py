"""Listening, serving, stopping."""

from __future__ import annotations

import logging
import math
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from hookproof_runtime.listening import listen_socket, url_of

from ..ingest import Ingest
from .at_once import AtOnce
from .channel import Channel
from .descriptors import connections, give_up_after
from .head import MAX_HEAD, once_only
from .refused_lines import RefusedLines

IDLE = 30.0
"""Seconds after which a connection is closed that is silent, or takes nothing of its answer."""
GRACE = 30.0
"""Seconds that a stop waits for what is being answered."""

Application = Callable[..., Iterable[bytes]]
"""A WSGI application."""


class AnyServer(Protocol):
    """What both servers can."""

    url: str
    """`http://HOST:PORT`, with the port that was taken."""

    def run(self, started: Callable[[], None] = ...) -> None:
        """Serve until `stop`; then take nothing new, answer what was taken, and return."""
        ...

    def stop(self) -> None:
        """Make `run` return; from any thread, or a signal's handler. A second time: at once."""
        ...


class Server:
    """Listens from the moment it is made, answers while `run` runs.

    Args:
        application: what answers.
        listen: `HOST:PORT`, port 0 takes a free one; or a socket that listens already.
        threads: requests that are answered at the same time.
        max_body: bytes of body; a larger one is answered 413.
        head_within: seconds that a request's head may take to come, however steadily it trickles, and
            that a connection may be silent.
        body_within: seconds that its body may take after that.
        taken_within: seconds that a peer may take nothing of its answer.
        once: headers that may come once, beside those of any receiver.
        ingest: the endpoints; what they acknowledge is answered without a thread.

    Raises:
        BadConfiguration: `listen` is no address.
        CannotRun: nothing can listen there.
    """

    def __init__(
        self,
        application: Application,
        *,
        listen: str | socket.socket = "127.0.0.1:8080",
        threads: int = 64,
        max_body: int = 8 * 1024**2,
        head_within: float = IDLE,
        body_within: float = 120.0,
        taken_within: float = IDLE,
        once: Iterable[str] = (),
        ingest: Ingest | None = None,
    ) -> None:
        listening = listen_socket(listen) if isinstance(listen, str) else listen
        give_up_after(listening, taken_within)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one for each that waits
        self._map: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(threads)
        self._listener = _Listener(
            application,
            map=self._map,
            _sock=listening,
            dispatcher=self._dispatcher,
            adj=_adjustments(listening, max_body, head_within),
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            bind_socket=False,
        )
        self._listener.head_within = head_within
        self._listener.body_within = body_within
        self._listener.once = once_only(once)
        self._listener.refused_lines = RefusedLines()
        if ingest is not None:
            self._listener.at_once = AtOnce(ingest, self._call, self._dispatcher.add_task)
        self.url = url_of(listening)
        """`http://HOST:PORT`, with the port that was taken."""
        self._stops = 0
        self._closed = False
        # Reentrant: a signal's handler may stop what it interrupts in the middle of closing.
        self._closing = threading.RLock()

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`; then take nothing new, answer what was taken, and return.

        Args:
            started: called once requests are answered.
        """
        try:
            started()
            while not self._stops:
                wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
                self._listener.refused_lines.end_second(time.monotonic())
            self._drain()
        finally:
            self._dispatcher.shutdown(timeout=1)
            self._listener.refused_lines.end_second(math.inf)
            with self._closing:
                self._closed = True
                wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Make `run` return; from any thread, or a signal's handler. A second time: at once."""
        self._stops += 1
        # Never waited for: a signal's handler may hold up the loop that whoever has it waits for.
        # They wake the loop themselves, or have seen its end.
        if self._closing.acquire(blocking=False):
            try:
                if not self._closed:  # or the trigger's descriptor may be somebody else's by now
                    self._listener.pull_trigger()
            finally:
                self._closing.release()

    def _call(self, what: Callable[[], None]) -> None:
        with self._closing:
            if not self._closed:
                self._listener.trigger.pull_trigger(what)

    def _drain(self) -> None:
        wasyncore.dispatcher.close(self._listener)  # the listening socket alone
        until = time.monotonic() + GRACE
        channels = self._listener.active_channels
        while channels and self._stops < 2 and time.monotonic() < until:
            for channel in list(channels.values()):
                channel.will_close = channel.will_close or channel.idle
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._map, count=1)


class _Listener(TcpWSGIServer):  # type: ignore[misc]  # waitress ships no types
    channel_class = Channel

    head_within: float
    body_within: float
    once: frozenset[bytes]
    refused_lines: RefusedLines
    at_once: AtOnce | None = None
    _looks_at = 0.0  # monotonic, in seconds

    def readable(self) -> bool:
        """Whether to take connections; now and then, close those that are silent."""
        now = time.monotonic()
        if now >= self._looks_at:
            self._looks_at = now + self.adj.cleanup_interval
            self.next_channel_cleanup = 0  # waitress's own is a wall time, which may lie far ahead
        return bool(super().readable())

    def maintenance(self, _wall_s: float) -> None:
        """Close connections that are silent."""
        super().maintenance(time.monotonic())

    def add_task(self, channel: Channel) -> None:
        """Have a channel's next request answered."""
        if self.at_once is None or not self.at_once.takes(channel):
            super().add_task(channel)

    def pull_trigger(self) -> None:
        """Wake the loop."""
        if self.at_once is None or not self.at_once.answering:
            super().pull_trigger()


def _adjustments(listening: socket.socket, max_body: int, silent: float) -> Adjustments:
    made = Adjustments(
        sockets=[listening],
        ident="hookproof",
        connection_limit=connections(),
        asyncore_use_poll=True,
        max_request_header_size=MAX_HEAD + 1,
        max_request_body_size=max_body + 1,  # waitress refuses from this number on
        log_socket_errors=False,  # a peer that goes away is no event
        clear_untrusted_proxy_headers=False,  # headers are kept as they came; none is trusted
    )
    made.channel_timeout = silent
    made.cleanup_interval = min(5, silent)
    return made
