"""One attempt: a request that is made, and a record of how it went."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Hashable, Mapping
from dataclasses import replace
from http import HTTPStatus

from hookproof import GUID_HEADER
from hookproof.clock import Clock, system_clock

from ..targets import Policy
from .attempt import Attempt, Start
from .causes import Failure, failure_of
from .connecting import LookUp, look_up
from .connection import open_connection
from .deadline import Deadline
from .exchange import Exchange
from .idle import Idle
from .outgoing import Outgoing
from .request import Prepared
from .trust import unverified, verifying

_SHOWABLE = re.compile(r"[ -~]{1,64}")


class Transport:
    """Makes attempts. It serves any number of threads.

    Args:
        seconds: the whole of one attempt, from resolving the name to the answer's last byte.
        clock: the wall clock.
        authorities: a PEM file of the authorities to trust, as for `trust.verifying`.
        policy: where requests may go; None for the default.
        look_up: resolves names.
        keep_alive: whether a connection whose answer was read whole waits, for a second at the most,
            for the next attempt of the same task: one that is alike in everything but the body. Call
            `close` in the end. Otherwise every attempt has a connection of its own.
    """

    def __init__(
        self,
        seconds: float = 30.0,
        *,
        clock: Clock = system_clock,
        authorities: str | None = None,
        policy: Policy | None = None,
        look_up: LookUp = look_up,
        keep_alive: bool = False,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._authorities = authorities
        self._policy = policy or Policy()
        self._look_up = look_up
        self._idle = Idle() if keep_alive else None
        self._lock = threading.Lock()
        self._under_way: set[Deadline] = set()
        self._stopped = False

    def start(self, number: int, guid: str | None) -> Start:
        """Say that an attempt begins now."""
        return Start(number, self._clock(), guid)

    def attempt(self, start: Start, outgoing: Outgoing, *, signature: Mapping[str, str]) -> Attempt:
        """Make one attempt. Whatever the network does ends in the record, never in an exception.

        Args:
            start: its number, time and GUID.
            outgoing: what to send.
            signature: the headers that prove it; empty where there is no secret.
        """
        proof = {**signature, GUID_HEADER: start.guid} if start.guid else signature
        task = _task(outgoing) if self._idle else None
        exchange = Exchange()
        failure: Failure | None = None
        try:
            with Deadline(self._seconds) as deadline:
                self._begin(deadline)
                try:
                    self._connect(exchange, task, outgoing, proof, deadline)
                    exchange.converse(outgoing.body, deadline)
                    deadline.check()
                except Exception as error:
                    failure = failure_of(error, deadline)
                finally:
                    self._end(deadline)
                duration_s = deadline.elapsed()
        finally:
            self._part(exchange, task, keep=failure is None and exchange.leaves_open)
        answer = exchange.answer
        return Attempt(
            number=start.number,
            started_ns=start.started_ns,
            duration_s=duration_s,
            status=answer.status,
            cause=failure.cause if failure else None,
            sentence=failure.sentence if failure else _describe(answer.status),
            guid=start.guid,
            signed=bool(signature),
            loopback_allowed=self._policy.allow_loopback,
            tls_verified=outgoing.verify_tls if outgoing.has_tls else None,
            retry_after=_showable(answer.value("retry-after") or answer.value("x-retry-after")),
            answer=answer.body,
            request=exchange.request,
            answer_headers=answer.masked_headers(),
            timings=exchange.timings(deadline),
            peer=exchange.connection.peer if exchange.connection else None,
            reused=exchange.reused,
        )

    def stop(self) -> None:
        """Cut off every attempt that is under way or yet to come; each ends as `interrupted`."""
        with self._lock:
            self._stopped = True
            for deadline in self._under_way:
                deadline.cut("interrupted")

    def close(self) -> None:
        """Close the connections that wait, and let none wait any more."""
        if self._idle:
            self._idle.close()

    def _begin(self, deadline: Deadline) -> None:
        with self._lock:
            self._under_way.add(deadline)
            if self._stopped:
                deadline.cut("interrupted")

    def _end(self, deadline: Deadline) -> None:
        with self._lock:
            self._under_way.discard(deadline)

    def _connect(
        self,
        exchange: Exchange,
        task: Hashable,
        outgoing: Outgoing,
        proof: Mapping[str, str],
        deadline: Deadline,
    ) -> None:
        """Write the request, and find the connection that it goes over."""
        if self._idle and (waiting := self._idle.take(task)) is not None:
            exchange.use_again(waiting, deadline)
            exchange.write(waiting.prepared, proof, outgoing.body)
        else:
            prepared = Prepared(outgoing, keep_alive=self._idle is not None)
            exchange.write(prepared, proof, outgoing.body)
            exchange.connection = open_connection(
                prepared, self._context(outgoing), deadline, self._policy, self._look_up
            )

    def _part(self, exchange: Exchange, task: Hashable, *, keep: bool) -> None:
        if exchange.connection is None:
            return
        if keep and self._idle:
            self._idle.keep(task, exchange.connection)
        else:
            exchange.connection.close()

    def _context(self, outgoing: Outgoing) -> ssl.SSLContext | None:
        if not outgoing.has_tls:
            return None
        return verifying(self._authorities) if outgoing.verify_tls else unverified()


def _task(outgoing: Outgoing) -> Hashable:
    """What two messages share that may share a connection: everything but the body."""
    return replace(outgoing, body=b"")


def _describe(status: int | None) -> str:
    try:
        phrase = HTTPStatus(status or 0).phrase
    except ValueError:
        phrase = "a status without a name"
    return f"answered {status} {phrase}"


def _showable(text: str | None) -> str | None:
    return text if text is not None and _SHOWABLE.fullmatch(text) else None
