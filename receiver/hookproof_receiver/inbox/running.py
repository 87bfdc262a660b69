"""Running a handler, and writing down how it ended.

The effect of a `tx` handler and the mark "done" are one transaction. Every other ending rolls the
transaction back first, and is written in one of its own: a connection that is still open would hold the
database's turn against it.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Mapping
from typing import Any

from hookproof import Delivery
from hookproof.clock import Clock
from hookproof.headers import guid as read_guid
from hookproof_runtime.database import Busy, Connection, Engine, StorageError, lending
from hookproof_runtime.logs import get_logger, tagged

from .ending import end
from .endpoint import Endpoint
from .message import Message
from .outcome import Outcome, describe, from_error, from_return
from .store import deliveries, leasing
from .store.leasing import Claimed, Settled
from .writer import Writer

FIRST_STATEMENT_WAITS = 60.0
"""Seconds that a `tx` handler's first statement waits for its turn."""

_MARK_WAITS = (
    30.0  # seconds that the ending of a run is tried to be written: the effect may be elsewhere
)
_log = get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else runs the message by now: its outcome is theirs."""


class _NoEffect(Exception):
    """Rolls back what a handler did that did not end well."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Run:
    """One run of a handler in this process. Whoever waits for it waits for `ended`."""

    def __init__(
        self, endpoint: Endpoint, claimed: Claimed, delivery: Delivery | None, delivery_id: str | None
    ) -> None:
        self.endpoint = endpoint
        self.claimed = claimed
        self.delivery = delivery
        self.delivery_id = delivery_id
        """The request that is answered with the outcome; None where there is none, or no longer."""
        self.ended = threading.Event()
        self.settled: Settled | None = None
        """Once it ended: where the message stands, on disk; None where that could not be written."""
        self.duration_s = 0.0
        """Once it ended: seconds from its start."""
        self.again_after_s: float | None = None
        """Once it ended: seconds for which nothing of the endpoint can be tried; None where it can."""

    def perform(self, engine: Engine, writer: Writer, owner: str, clock: Clock) -> None:
        """Run the handler to its end. Raises nothing."""
        guid = read_guid(self.claimed.headers)
        started = time.monotonic()
        with tagged(message=self.claimed.id, delivery=self.delivery_id, guid=guid):
            try:
                self.settled = self._perform(engine, writer, owner, clock)
            except (Busy, StorageError, LeaseLost) as error:
                _log.error(
                    "the outcome could not be written: the message may run again", error=describe(error)
                )
            finally:
                self.duration_s = time.monotonic() - started
                self.ended.set()

    def _perform(self, engine: Engine, writer: Writer, owner: str, clock: Clock) -> Settled:
        try:
            if self.endpoint.takes_tx:
                with lending(engine, FIRST_STATEMENT_WAITS) as tx:
                    outcome = from_return(self._call(tx))
                    if outcome.state != "done":
                        raise _NoEffect(outcome)
                    settled = self._write(tx, outcome, owner, clock)
                return settled
            outcome = from_return(self._call())
        except _NoEffect as rolled_back:
            outcome = rolled_back.outcome
        except BaseException as error:  # whatever a handler raises ends its run, and not this thread
            outcome = from_error(error)
            if outcome.state == "failed":
                _log.warning("the handler failed", error=outcome.error, stack=_stack(error))
        self.again_after_s = outcome.again_after_s
        return self._write_alone(writer, outcome, owner, clock)

    def _call(self, *tx: Connection) -> Any:
        handler = self.endpoint.handler
        assert handler is not None  # nothing is claimed for an endpoint that has none
        claimed = self.claimed
        message = Message(
            id=claimed.id,
            body=claimed.body,
            headers=_headers(claimed.headers),
            raw_headers=claimed.headers,
            method=claimed.method,
            endpoint=claimed.endpoint,
            attempt=claimed.attempt,
            flags=claimed.flags,
            target=claimed.target,
            delivery_id=self.delivery_id,
            delivery=self.delivery,
        )
        return handler(message, *tx)

    def _write_alone(self, writer: Writer, outcome: Outcome, owner: str, clock: Clock) -> Settled:
        until = time.monotonic() + _MARK_WAITS
        while True:
            try:
                return writer.do(lambda connection: self._write(connection, outcome, owner, clock))
            except Busy:
                if time.monotonic() > until:
                    raise

    def _write(self, connection: Connection, outcome: Outcome, owner: str, clock: Clock) -> Settled:
        claimed = self.claimed
        now_ms = clock() // 1_000_000
        if not end(connection, claimed, self.endpoint.schedule, owner, outcome, now_ms):
            raise LeaseLost("the lease was lost")
        if self.delivery_id is not None:
            deliveries.answered(connection, self.delivery_id, outcome.status)
        return leasing.settled(connection, claimed.id)


def _headers(pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _stack(error: BaseException) -> str:
    # Without the error's own words: they may quote the body.
    return "".join(traceback.format_tb(error.__traceback__))
