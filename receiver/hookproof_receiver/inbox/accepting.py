"""One request at an endpoint whose handler's outcome is the answer, from its proof to that.

A 2xx leaves here only after the commit that it stands for: of the message's outcome, or of its promise.
"""

from __future__ import annotations

import time

from hookproof.clock import Clock
from hookproof_runtime.database import Busy, Connection, Engine, StorageError, driver_of, reading
from hookproof_runtime.logs import get_logger

from ..identity import Asked
from .answer import Answer
from .answering import answer_for, unavailable
from .arrival import Arrival
from .capacity import Slot
from .endpoint import Endpoint
from .keeping import Kept, judge, keep, needs_room, refusal
from .outcome import describe as describe_error
from .process import Process
from .promising import promise
from .running import Run
from .store import deliveries, leasing
from .writer import Work

_POLL = 0.1  # seconds between looks at a message that another process runs
_log = get_logger(__name__)


class _NoRoom(Exception):
    """A handler would have to run, and as many run as may."""


class Accepting:
    """One request on its way through.

    Args:
        engine: a prepared engine.
        clock: the wall clock.
        process: this process's share of the work.
        endpoint: where it came.
        arrival: what came.
        asked: what it says of itself.
        answer_within: seconds until what is not finished becomes a promise.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        process: Process,
        endpoint: Endpoint,
        arrival: Arrival,
        asked: Asked,
        answer_within: float,
    ) -> None:
        self._deadline = time.monotonic() + answer_within
        self._engine = engine
        self._clock = clock
        self._process = process
        self._endpoint = endpoint
        self._arrival = arrival
        self._asked = asked
        self._slot: Slot | None = None
        self._message_id: str | None = None  # once it is known

    def answer(self) -> Answer:
        """Decide, keep, run or wait. What the disk or a lock may cause ends in a 503."""
        self._slot = self._process.room.take(self._endpoint.path)
        try:
            return self._answer()
        except (_NoRoom, Busy):
            return unavailable("busy", self._message_id)
        except StorageError as error:
            _log.error("not kept", delivery=self._arrival.id, error=describe_error(error))
            return unavailable("not_kept", self._message_id)
        finally:
            if self._slot is not None:
                self._slot.release()

    def _answer(self) -> Answer:
        if self._slot is None:
            self._refuse_what_needs_room()
        judged_before = False
        while True:
            kept = self._keep(judged_before)
            self._message_id = kept.delivery.message_id
            answer = self._follow(kept)
            if answer is not None:
                return answer
            judged_before = True

    def _refuse_what_needs_room(self) -> None:
        # By a snapshot, without a turn: with no room left, the lock may be a handler's for long.
        with reading(self._engine) as connection:
            decision = judge(
                driver_of(connection), self._endpoint, self._arrival, self._asked, self._process
            )
        if needs_room(decision, self._endpoint):
            raise _NoRoom

    def _keep(self, judged_before: bool) -> Kept:
        if self._process.writer.is_full:
            raise Busy("too much waits to be written")
        started: list[Run] = []

        def write(connection: Connection) -> Kept | None:
            if judged_before:
                deliveries.forget(connection, self._arrival.id)
            kept = keep(
                connection,
                self._endpoint,
                self._arrival,
                self._asked,
                self._process,
                has_room=self._slot is not None,
            )
            if kept is not None and kept.starts is not None:
                started.append(kept.starts)
            return kept

        def undo() -> None:
            while started:
                self._process.leave(started.pop())

        kept = self._process.writer.do(write, undo)
        if kept is None:
            raise _NoRoom
        return kept

    def _follow(self, kept: Kept) -> Answer | None:
        """The answer; None where the request is to be judged once more."""
        verdict = kept.delivery.verdict
        if kept.starts is not None:
            self._start(kept.starts)
            return self._wait_for(kept.starts)
        if kept.settled is None:
            return refusal(kept, self._arrival)
        if verdict != "wait":
            return answer_for(kept.settled, duplicate=verdict == "answered")
        if kept.awaits is not None:
            answer: Answer | None = self._wait_for(kept.awaits)
        else:
            answer = self._wait_for_another_process(kept.settled.id)
        if answer is None or (answer.status >= 500 and self._arrival.stale):
            return None
        self._note(answer)
        return answer

    def _start(self, run: Run) -> None:
        slot, self._slot = self._slot, None
        assert slot is not None
        try:
            self._process.start(run, slot)
        except RuntimeError as error:  # no thread to be had
            self._slot = slot
            self._process.leave(run)
            raise _NoRoom from error

    def _wait_for(self, run: Run) -> Answer:
        if not run.ended.wait(self._left()):
            try:
                return self._promise(run.claimed.id)
            except (Busy, StorageError):
                if run.delivery_id == self._arrival.id:
                    run.delivery_id = None  # it is answered 503, and not with the outcome
                raise
        answer = None if run.settled is None else answer_for(run.settled)
        return answer or unavailable("not_kept", self._message_id)

    def _wait_for_another_process(self, message_id: str) -> Answer | None:
        while self._left():
            with reading(self._engine) as connection:
                settled = leasing.settled(connection, message_id)
            answer = answer_for(settled)
            if answer is not None:
                return answer
            if not self._process.is_alive(settled.owner or "", message_id):
                return None
            time.sleep(min(_POLL, self._left()))
        return self._promise(message_id)

    def _promise(self, message_id: str) -> Answer:
        now_ms = self._clock() // 1_000_000
        return promise(self._process.writer, message_id, self._arrival.id, now_ms)

    def _note(self, answer: Answer) -> None:
        # For whoever reads the records; it changes no answer, and is not waited for.
        def write(connection: Connection) -> None:
            deliveries.answered(connection, self._arrival.id, answer.status)

        def then(work: Work[None]) -> None:
            if work.error is not None:
                _log.warning("the answer was not written down", error=describe_error(work.error))

        self._process.writer.submit(Work(write, then))

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())
