"""What was acknowledged and is not finished is run, by threads of its own.

One thread looks for what is due and takes it; the others run it. None of them takes any of the room for
requests, but each run one of its endpoint's own limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial

from hookproof.clock import Clock
from hookproof_runtime.database import Connection, Engine, reading
from hookproof_runtime.logs import get_logger

from .capacity import Slot
from .ending import end
from .endpoint import Endpoint
from .outcome import Outcome, describe
from .process import Process
from .ran import Ran, RunListener
from .running import Run
from .schedule import DEFAULT
from .store import due, leasing
from .store.due import Leased

_LOOKS_EVERY = 5.0  # seconds: how soon it is seen that another process died
_DIED = Outcome("failed", 500, error="the process that ran it ended")
_log = get_logger(__name__)


class Worker:
    """Runs what is due.

    Args:
        engine: a prepared engine.
        clock: the wall clock, by which due times are kept.
        process: this process's share of the work.
        endpoints: by path. What belongs to another path, or has no handler, is left alone.
        threads: how many messages are run at once.
        listeners: who is told of each run.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        process: Process,
        endpoints: Mapping[str, Endpoint],
        threads: int,
        listeners: Sequence[RunListener] = (),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._process = process
        self._endpoints = {
            path: endpoint for path, endpoint in endpoints.items() if endpoint.handler is not None
        }
        self._paused: dict[str, float] = {}  # by path: until when, by the monotonic clock
        self._listeners = listeners
        self._stopping = False
        self._threads = threads
        self._free = threading.Semaphore(threads)
        self._thread = threading.Thread(target=self._work, name="inbox worker", daemon=True)

    def start(self) -> None:
        """Start the threads. What is due is run at once."""
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Run nothing more. False where a handler still runs after `timeout` seconds."""
        self._stopping = True
        self._process.due.set()
        if self._thread.ident is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def run_due(self) -> int:
        """Run all that is due now, in this thread; how many runs there were."""
        self._give_up_the_died()
        count = 0
        while not self._stopping and (claimed := self._claim(1)):
            ((run, slot),) = claimed
            self._perform(run, slot)
            count += 1
        return count

    def _work(self) -> None:
        looked = 0.0
        while not self._stopping:
            self._process.due.clear()
            try:
                if time.monotonic() >= looked + _LOOKS_EVERY or not looked:
                    self._give_up_the_died()
                    looked = time.monotonic()
                wait = self._hand_out()
            except Exception as error:  # whatever it is, what was acknowledged is looked after again
                _log.error("the inbox could not be looked at", error=describe(error))
                wait = _LOOKS_EVERY
            self._process.due.wait(wait)
        for _ in range(self._threads):  # until all are back
            self._free.acquire()

    def _hand_out(self) -> float:
        """Start what is due, as far as threads are free; the seconds until it is worth another look."""
        while not self._stopping:
            free = 0
            while free < self._threads and self._free.acquire(blocking=False):
                free += 1
            claimed: list[tuple[Run, Slot]] = []
            try:
                if free:
                    claimed = self._claim(free)
            finally:
                for _ in range(free - len(claimed)):
                    self._free.release()
            for run, slot in claimed:
                self._start(run, slot)
            if not claimed:
                return _LOOKS_EVERY if not free else self._until_next()
        return 0.0

    def _start(self, run: Run, slot: Slot) -> None:
        # No thread of concurrent.futures': the end of the process would wait for one that hangs.
        name = f"handler {run.claimed.id}"
        try:
            threading.Thread(
                target=self._perform_and_free, args=(run, slot), name=name, daemon=True
            ).start()
        except RuntimeError as error:  # no thread to be had: it is given up as what died
            _log.error("no thread for a handler", message=run.claimed.id, error=describe(error))
            self._process.leave(run)
            slot.release()
            self._free.release()

    def _perform_and_free(self, run: Run, slot: Slot) -> None:
        try:
            self._perform(run, slot)
        finally:
            self._free.release()
            self._process.due.set()

    def _perform(self, run: Run, slot: Slot) -> None:
        try:
            self._process.perform(run)
        finally:
            if run.again_after_s is not None:
                self._paused[run.endpoint.path] = time.monotonic() + run.again_after_s
            slot.release()
            self._tell(run)

    def _tell(self, run: Run) -> None:
        if run.settled is None or not self._listeners:
            return
        now_ns, settled = self._clock(), run.settled
        waits = settled.state in ("failed", "pending") and settled.due_ms is not None
        again_ms = max(0, (settled.due_ms or 0) - now_ns // 1_000_000)
        ran = Ran(
            at_ns=now_ns,
            message_id=settled.id,
            endpoint=run.endpoint.path,
            attempt=run.claimed.attempt,
            state=settled.state,
            status=settled.status,
            error=settled.error,
            again_in_s=run.again_after_s or again_ms / 1000 if waits else None,
            duration_s=run.duration_s,
        )
        for listener in self._listeners:
            try:
                listener(ran)
            except Exception as error:  # whoever looks on changes nothing
                _log.error("a listener failed", error=type(error).__name__)

    def _give_up_the_died(self) -> None:
        """Count what ran in a process that died as failed; what was promised becomes due."""
        with reading(self._engine) as connection:
            died = [
                one for one in due.leased(connection) if not self._process.is_alive(one.owner, one.id)
            ]
        for one in died:
            self._process.writer.do(partial(self._end_died, one))

    def _end_died(self, one: Leased, connection: Connection) -> None:
        # Looked at once more in the writer's turn: it may have ended since, or be run anew.
        endpoint = self._endpoints.get(one.endpoint)
        schedule = DEFAULT if endpoint is None else endpoint.schedule
        end(connection, one, schedule, one.owner, _DIED, self._now_ms())

    def _claim(self, most: int) -> list[tuple[Run, Slot]]:
        """Take the lease of what has been due for longest."""
        open_to = self._open_endpoints()
        with reading(self._engine) as connection:  # most looks find nothing, and need no turn
            if not due.due(connection, open_to, self._now_ms(), 1):
                return []
        claimed: list[tuple[Run, Slot]] = []

        def write(connection: Connection) -> None:
            now_ms = self._now_ms()
            for one in due.due(connection, open_to, now_ms, most):
                endpoint = self._endpoints[one.endpoint]
                slot = self._process.room.take_for_worker(endpoint.path)
                if slot is None:  # the others before it are as many as may run
                    continue
                try:
                    taken = leasing.claim(
                        connection, one.id, self._process.owner, now_ms, due_ms=one.due_ms
                    )
                except BaseException:
                    slot.release()
                    raise
                run = Run(endpoint, taken, None, None)
                claimed.append((run, slot))
                self._process.enter(run)

        def undo() -> None:
            while claimed:
                run, slot = claimed.pop()
                self._process.leave(run)
                slot.release()

        self._process.writer.do(write, undo)
        return claimed

    def _open_endpoints(self) -> list[str]:
        now = time.monotonic()
        return [
            path
            for path in self._endpoints
            if self._paused.get(path, 0.0) <= now and not self._process.room.is_full(path)
        ]

    def _until_next(self) -> float:
        now = time.monotonic()
        # A copy: threads that run a handler pause an endpoint meanwhile.
        paused = [until - now for until in list(self._paused.values()) if until > now]
        with reading(self._engine) as connection:
            next_ms = due.next_due_ms(connection, self._open_endpoints())
        waits = [*paused, _LOOKS_EVERY]
        if next_ms is not None:
            waits.append(max(0.0, (next_ms - self._now_ms()) / 1000))
        return min(waits)

    def _now_ms(self) -> int:
        return self._clock() // 1_000_000
