"""What was promised and is not finished is run again, by one thread of each process.

The thread is its own: what it runs takes none of the room for requests.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from hookproof.clock import Clock
from hookproof_runtime.database import Engine, reading, writing
from hookproof_runtime.logs import get_logger

from .ending import end
from .endpoint import Endpoint
from .outcome import Outcome, describe
from .process import Process
from .running import Run
from .store import due, messages

_LOOKS_EVERY = 5.0  # seconds: how soon it is seen that another process died
_DIED = Outcome("failed", 500, error="the process that ran it ended")
_log = get_logger(__name__)


class Worker:
    """Runs what is due, one message after another.

    Args:
        engine: a prepared engine.
        clock: the wall clock, by which due times are kept.
        process: this process's share of the work.
        endpoints: by path. What belongs to another path, or has no handler, is left alone.
    """

    def __init__(
        self, engine: Engine, clock: Clock, process: Process, endpoints: Mapping[str, Endpoint]
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._process = process
        self._endpoints = {
            path: endpoint for path, endpoint in endpoints.items() if endpoint.handler is not None
        }
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="inbox worker", daemon=True)

    def start(self) -> None:
        """Start the thread. What is due is run at once."""
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Run nothing more. False where a handler still runs after `timeout` seconds."""
        self._stopping = True
        self._process.due.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def run_due(self) -> int:
        """Run all that is due now, in this thread; how many runs there were."""
        self._give_up_the_died()
        count = 0
        while not self._stopping and self._until_next() == 0.0 and (run := self._claim()) is not None:
            self._process.perform(run)
            count += 1
        return count

    def _work(self) -> None:
        while not self._stopping:
            self._process.due.clear()
            try:
                self.run_due()
                wait = self._until_next()
            except Exception as error:  # whatever it is, promises are looked after again
                _log.error("the promised messages could not be looked at", error=describe(error))
                wait = _LOOKS_EVERY
            self._process.due.wait(wait)

    def _give_up_the_died(self) -> None:
        """Count what ran in a process that died as failed; what was promised becomes due."""
        with reading(self._engine) as connection:
            died = [one for one in due.leased(connection) if not self._process.is_alive(one[1], one[0])]
        for message_id, owner, attempt in died:
            with writing(self._engine) as connection:
                # Looked at once more in the writer's turn: it may have ended since, or be run anew.
                end(connection, message_id, owner, attempt, _DIED, self._now_ms())

    def _claim(self) -> Run | None:
        run: Run | None = None
        try:
            with writing(self._engine) as connection:
                now_ms = self._now_ms()
                message_id = due.due(connection, self._endpoints, now_ms)
                if message_id is None:
                    return None
                claimed = messages.claim(
                    connection, message_id, self._process.owner, now_ms, own_try=True
                )
                run = Run(self._endpoints[claimed.endpoint], claimed, None, None)
                self._process.enter(run)
        except BaseException:
            if run is not None:
                self._process.leave(run)
            raise
        return run

    def _until_next(self) -> float:
        with reading(self._engine) as connection:
            next_ms = due.next_due_ms(connection, self._endpoints)
        if next_ms is None:
            return _LOOKS_EVERY
        return min(_LOOKS_EVERY, max(0.0, (next_ms - self._now_ms()) / 1000))

    def _now_ms(self) -> int:
        return self._clock() // 1_000_000
