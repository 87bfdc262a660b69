"""One attempt: a request that is made, and a record of how it went."""

from __future__ import annotations

import contextlib
import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from hookproof import GUID_HEADER, __version__
from hookproof.clock import Clock, system_clock

from ..targets import Policy
from .adapter import OneAttempt
from .attempt import Attempt, Start
from .causes import Failure, failure_of
from .connecting import LookUp, look_up
from .deadline import Deadline
from .outgoing import Outgoing
from .trust import unverified, verifying

READ = 1024 * 1024
"""Bytes of an answer's body that are read; the rest is left."""

KEPT = 64 * 1024
"""Bytes of it that are kept."""

_OWN_HEADERS = {
    "User-Agent": f"hookproof/{__version__}",
    "Accept": "*/*",
    # Asking for no compression, and never undoing any: a small answer cannot become a large one.
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_SHOWABLE = re.compile(r"[ -~]{1,64}")


@dataclass(slots=True)
class _Answer:
    """What has come so far."""

    status: int | None = None
    retry_after: str | None = None
    body: bytes = b""


class Transport:
    """Makes attempts. It serves any number of threads; every attempt has a connection of its own.

    Args:
        seconds: the whole of one attempt, from resolving the name to the answer's last byte.
        clock: the wall clock.
        authorities: a PEM file of the authorities to trust, as for `trust.verifying`.
        policy: where requests may go; None for the default.
        look_up: resolves names.
    """

    def __init__(
        self,
        seconds: float = 30.0,
        *,
        clock: Clock = system_clock,
        authorities: str | None = None,
        policy: Policy | None = None,
        look_up: LookUp = look_up,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._authorities = authorities
        self._policy = policy or Policy()
        self._look_up = look_up
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
        began = time.monotonic()
        answer = _Answer()
        failure: Failure | None = None
        with self._deadline() as deadline:
            try:
                self._exchange(outgoing, {**signature, **_guid_header(start)}, deadline, answer)
                deadline.check()
            except Exception as error:
                failure = failure_of(error, deadline)
        return Attempt(
            number=start.number,
            started_ns=start.started_ns,
            duration_s=time.monotonic() - began,
            status=answer.status,
            cause=failure.cause if failure else None,
            sentence=failure.sentence if failure else _describe(answer.status),
            guid=start.guid,
            signed=bool(signature),
            loopback_allowed=self._policy.allow_loopback,
            tls_verified=outgoing.verify_tls if outgoing.has_tls else None,
            retry_after=answer.retry_after,
            answer=answer.body,
        )

    def stop(self) -> None:
        """Cut off every attempt that is under way or yet to come; each ends as `interrupted`."""
        with self._lock:
            self._stopped = True
            for deadline in self._under_way:
                deadline.cut("interrupted")

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[Deadline]:
        with Deadline(self._seconds) as deadline:
            with self._lock:
                self._under_way.add(deadline)
                if self._stopped:
                    deadline.cut("interrupted")
            try:
                yield deadline
            finally:
                with self._lock:
                    self._under_way.discard(deadline)

    def _exchange(
        self, outgoing: Outgoing, proof: dict[str, str], deadline: Deadline, answer: _Answer
    ) -> None:
        request = _prepared(outgoing, proof)
        one = OneAttempt(deadline, self._context(outgoing), self._policy, self._look_up)
        with contextlib.closing(one) as adapter:
            response = adapter.send(request, stream=True, timeout=deadline.remaining())
            with response:
                answer.status = response.status_code
                answer.retry_after = _showable(response.headers.get("Retry-After"))
                deadline.enter("read")
                _read(response.raw, answer)

    def _context(self, outgoing: Outgoing) -> ssl.SSLContext | None:
        if not outgoing.has_tls:
            return None
        return verifying(self._authorities) if outgoing.verify_tls else unverified()


def _prepared(outgoing: Outgoing, proof: dict[str, str]) -> requests.PreparedRequest:
    """Write the request out. The one that requests prepares is the one that it connects by."""
    given = {name.lower() for name, _ in outgoing.headers}
    own = {name: value for name, value in _OWN_HEADERS.items() if name.lower() not in given}
    headers = {**own, **dict(outgoing.headers), **proof}
    return requests.Request(
        outgoing.method, outgoing.url, headers=headers, data=outgoing.body or None
    ).prepare()


def _guid_header(start: Start) -> dict[str, str]:
    return {GUID_HEADER: start.guid} if start.guid else {}


def _read(raw: Any, answer: _Answer) -> None:
    read = 0
    while read < READ:
        chunk = raw.read(min(KEPT, READ - read), decode_content=False)
        if not chunk:
            return
        read += len(chunk)
        answer.body += chunk[: KEPT - len(answer.body)]


def _describe(status: int | None) -> str:
    try:
        phrase = HTTPStatus(status or 0).phrase
    except ValueError:
        phrase = "a status without a name"
    return f"answered {status} {phrase}"


def _showable(text: str | None) -> str | None:
    return text if text is not None and _SHOWABLE.fullmatch(text) else None
