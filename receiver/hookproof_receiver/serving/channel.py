"""One connection."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import Task

from .parser import Parser
from .tasks import ApplicationTask, ReplyTask

LINGER = 2.0
"""Seconds that a refused peer is listened to after the answer: closing on unread bytes would reset the
connection, and the peer would never see why it was refused."""


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    """A connection that answers also a request that is cut short, and that a refused peer can read."""

    request: Parser | None
    will_close: bool
    _refused = False
    _linger_until: float | None = None
    _watched: tuple[Parser, bool] | None = None
    _whole_until: float | None = None
    _active_s = 0.0

    @property
    def last_activity(self) -> float:
        """When something came or went last, on the monotonic clock."""
        return self._active_s

    @last_activity.setter
    def last_activity(self, _wall_s: float) -> None:
        self._active_s = time.monotonic()  # waitress goes by the wall clock, which may jump

    @property
    def parser_class(self) -> Callable[[Any], Parser]:
        """What makes a request of the server's settings."""
        return partial(Parser, once=self.server.once, lines=self.server.refused_lines)

    def task_class(self, channel: Channel, request: Parser) -> Task:
        """What answers a request: a reply that is there already, or the application."""
        return (ApplicationTask if request.reply is None else ReplyTask)(channel, request)

    def handle_read(self) -> None:
        """Take what has come."""
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            super().handle_close()
            return
        if self._linger_until is not None:
            if not data:
                super().handle_close()
        elif data:
            self.last_activity = time.monotonic()
            self.received(data)
            self._watch()
        elif not self._answer_cut_short():
            super().handle_close()

    def readable(self) -> bool:
        """Whether to ask for what comes."""
        until = self._linger_until or self._whole_until
        self.will_close = self.will_close or (until is not None and time.monotonic() > until)
        if self._linger_until is not None:
            return not self.will_close
        return bool(super().readable())

    def handle_close(self) -> None:
        """Close; after a refusal, in two steps."""
        if self._refused and self._linger_until is None and self.connected:
            self._linger_until = time.monotonic() + LINGER
            self.will_close = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
                return
            except OSError:
                pass  # the peer is gone already
        super().handle_close()

    def service(self) -> None:
        """Answer one request, in a thread of its own."""
        self._refused = self.requests[0].error is not None
        super().service()

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        return not self.requests and not self.total_outbufs_len

    def _watch(self) -> None:
        """Give a request's head a total time, and then its body one of its own."""
        request = self.request
        if request is None:
            self._watched = self._whole_until = None
            return
        part = (request, request.headers_finished)
        if part != self._watched:  # by the request: the next one may begin in the bytes that end one
            server = self.server
            within = server.body_within if request.headers_finished else server.head_within
            self._watched, self._whole_until = part, time.monotonic() + within

    def _answer_cut_short(self) -> bool:
        with self.requests_lock:
            request = self.request
            if request is None or not (request.headers_finished or request.header_plus):
                return False
            self.request = None
            request.cut_short()
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)
            return True
