"""Forwarding as a handler: a message is done once the application has taken it."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from functools import partial

from hookproof.clock import Clock

from ..inbox import Message, NotYet, Verbatim
from ..ingest import Route
from .causes import Cause, NotForwarded
from .events import Away, Back, Event, Forwarded
from .fields import onward
from .reachability import Reachability
from .sending import MOST, Sent, send
from .signing_anew import in_time
from .target import Target

_UNKNOWN = "application/octet-stream"
_UNPACKED = {"gzip": 47, "x-gzip": 47, "deflate": 47}  # 32 + 15: zlib sees by itself which it is


class Forwarder:
    """Sends messages on to one application, in the thread of whoever asks.

    Args:
        target: where.
        timeout_s: seconds that one request may take, its answer included.
        route_at: finds the endpoint that has a path.
        delivery_of: finds the newest request of a message, by the message's id.
        tell: is told what became of each.
        clock: the wall clock.
    """

    def __init__(
        self,
        target: Target,
        *,
        timeout_s: float,
        route_at: Callable[[str], Route | None],
        delivery_of: Callable[[str], str | None],
        tell: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._target = target
        self._timeout_s = timeout_s
        self._route_at = route_at
        self._delivery_of = delivery_of
        self._tell = tell
        self._clock = clock
        self._reachability = Reachability()

    def forward(self, message: Message) -> Verbatim:
        """Send a message on. What the application answered is the answer; only a 2xx is an end.

        Raises:
            NotYet: nobody was found there, which is not the message's failure.
        """
        fields, stale_s = in_time(self._route_at(message.endpoint), message, self._clock)
        # Which request brought what the receiver runs by itself, its records say.
        delivery_id = message.delivery_id or self._delivery_of(message.id)
        headers = onward(fields, message_id=message.id, delivery_id=delivery_id)
        query = message.target.partition("?")[2]  # the path is the endpoint's, as it is written there
        url = self._target.url_for(f"{message.endpoint}?{query}")
        tell = partial(self._tell_forwarded, message, delivery_id, stale_s)
        started = time.monotonic()
        try:
            sent = send(url, message.method, headers, message.body, self._timeout_s)
        except NotForwarded as failure:
            if not failure.sent:
                raise self._not_yet(failure) from failure
            self._found()
            tell(None, failure.cause, time.monotonic() - started)
            status = 504 if failure.cause == "timeout" else 502
            return Verbatim(status, b"", _UNKNOWN, str(failure))
        self._found()
        tell(sent.status, None, sent.duration_s)
        content_type = sent.header("Content-Type") or _UNKNOWN
        error = f"the application answered {sent.status}"
        return Verbatim(sent.status, _plain(sent), content_type, error)

    def _tell_forwarded(
        self,
        message: Message,
        delivery_id: str | None,
        stale_s: float | None,
        status: int | None,
        cause: Cause | None,
        duration_s: float,
    ) -> None:
        self._tell(
            Forwarded(
                at_ns=self._clock(),
                message_id=message.id,
                delivery_id=delivery_id,
                attempt=message.attempt,
                signed_anew_after_s=stale_s,
                status=status,
                cause=cause,
                duration_s=duration_s,
            )
        )

    def _not_yet(self, failure: NotForwarded) -> NotYet:
        news, after_s = self._reachability.lost(time.monotonic())
        if news:
            self._tell(Away(self._clock(), self._target.base, failure.cause, str(failure)))
        return NotYet(after_s, f"{self._target.base} cannot be reached: {failure}")

    def _found(self) -> None:
        away_s = self._reachability.found(time.monotonic())
        if away_s is not None:
            self._tell(Back(self._clock(), self._target.base, away_s))


def _plain(sent: Sent) -> bytes:
    """The answer's body as it may be passed on: without a coding that nobody would be told of.

    Empty where that is none we know, or it unpacks to more than is read of any answer.
    """
    coding = (sent.header("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return sent.body
    if coding not in _UNPACKED:
        return b""
    unpacking = zlib.decompressobj(_UNPACKED[coding])
    try:
        body = unpacking.decompress(sent.body, MOST)
    except zlib.error:
        return b""
    return body if unpacking.eof else b""
