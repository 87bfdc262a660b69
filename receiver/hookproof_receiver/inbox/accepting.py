"""One request, from its proof to its answer.

A 2xx leaves here only after the commit that it stands for: of the message's outcome, of its promise, or
of its keeping where there is no handler.
"""

from __future__ import annotations

import time

from hookproof.clock import Clock
from hookproof_runtime.database import Busy, Engine, StorageError, reading, writing
from hookproof_runtime.logs import get_logger

from ..identity import Asked, ask
from .answer import Answer
from .answering import answer_for, unavailable
from .arrival import Arrival
from .capacity import Slot
from .endpoint import Endpoint
from .keeping import Kept, NoRoom, judge, keep, needs_room
from .outcome import describe as describe_error
from .process import Process
from .promising import COMMIT_WAITS, promise
from .running import Run
from .store import deliveries, messages

_POLL = 0.1  # seconds between looks at a message that another process runs
_NOTE_WAITS = 0.5  # seconds: a request that has its answer waits no longer for the records' sake
_log = get_logger(__name__)


class Accepting:
    """One request on its way through.

    Args:
        engine: a prepared engine.
        clock: the wall clock.
        process: this process's share of the work.
        endpoint: where it came.
        arrival: what came.
        answer_within: seconds until what is not finished becomes a promise.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        process: Process,
        endpoint: Endpoint,
        arrival: Arrival,
        answer_within: float,
    ) -> None:
        self._deadline = time.monotonic() + answer_within
        self._engine = engine
        self._clock = clock
        self._process = process
        self._endpoint = endpoint
        self._arrival = arrival
        self._slot: Slot | None = None
        self._message_id: str | None = None  # once it is known

    def answer(self) -> Answer:
        """Decide, keep, run or wait. What the disk or a lock may cause ends in a 503."""
        self._slot = self._process.capacity.take()
        try:
            return self._answer()
        except (NoRoom, Busy):
            return unavailable("busy", self._message_id)
        except StorageError as error:
            _log.error("not kept", delivery=self._arrival.id, error=describe_error(error))
            return unavailable("not_kept", self._message_id)
        finally:
            if self._slot is not None:
                self._slot.release()

    def _answer(self) -> Answer:
        arrival = self._arrival
        asked = ask(
            self._endpoint,
            arrival.body,
            arrival.delivery,
            arrival.guid,
            stale=arrival.stale is not None,
            flags=arrival.flags,
        )
        if self._slot is None:
            self._refuse_what_needs_room(asked)
        judged_before = False
        while True:
            kept = self._keep(asked, judged_before)
            self._message_id = kept.delivery.message_id
            answer = self._follow(kept)
            if answer is not None:
                return answer
            judged_before = True

    def _refuse_what_needs_room(self, asked: Asked) -> None:
        # By a snapshot, without a turn: with no room left, the lock may be a handler's for long.
        with reading(self._engine) as connection:
            decision = judge(connection, self._endpoint, self._arrival, asked, self._process)
        if needs_room(decision, self._endpoint):
            raise NoRoom

    def _keep(self, asked: Asked, judged_before: bool) -> Kept:
        kept: Kept | None = None
        try:
            with writing(self._engine, wait=COMMIT_WAITS) as connection:
                if judged_before:
                    deliveries.forget(connection, self._arrival.id)
                kept = keep(
                    connection,
                    self._endpoint,
                    self._arrival,
                    asked,
                    self._process,
                    has_room=self._slot is not None,
                )
        except BaseException:
            if kept is not None and kept.starts is not None:
                self._process.leave(kept.starts)
            raise
        return kept

    def _follow(self, kept: Kept) -> Answer | None:
        """The answer; None where the request is to be judged once more."""
        verdict = kept.delivery.verdict
        if kept.starts is not None:
            self._start(kept.starts)
            return self._wait_for(kept.starts)
        if kept.settled is None:
            code = self._arrival.stale if verdict == "stale" else verdict
            return Answer(kept.delivery.status or 0, code=code, message_id=kept.delivery.message_id)
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
            raise NoRoom from error

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
                settled = messages.settled(connection, message_id)
            answer = answer_for(settled)
            if answer is not None:
                return answer
            if not self._process.is_alive(settled.owner or "", message_id):
                return None
            time.sleep(min(_POLL, self._left()))
        return self._promise(message_id)

    def _promise(self, message_id: str) -> Answer:
        return promise(self._engine, message_id, self._arrival.id, self._clock() // 1_000_000)

    def _note(self, answer: Answer) -> None:
        # For whoever reads the records; it changes no answer.
        try:
            with writing(self._engine, wait=_NOTE_WAITS) as connection:
                deliveries.answered(connection, self._arrival.id, answer.status)
        except (Busy, StorageError) as error:
            _log.warning("the answer was not written down", error=describe_error(error))

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())
