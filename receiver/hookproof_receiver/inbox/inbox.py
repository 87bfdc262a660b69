"""The inbox: what the rest of the receiver calls."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration
from hookproof_runtime.database import Engine, connections, file_of, prepare, reading
from hookproof_runtime.logs import get_logger

from ..identity import Asked, ask
from ..migrations import bring_up_to_date
from .accepting import Accepting
from .acknowledging import acknowledge, write_new
from .answer import Answer
from .arrival import Arrival
from .endpoint import Endpoint
from .hourly import Hourly
from .leases import leases_of
from .process import Process
from .pruner import Pruner
from .ran import RunListener
from .records import DeliveryRecord, MessageRecord
from .retention import Retention
from .store import due
from .store import reading as shown
from .worker import Worker

_log = get_logger(__name__)


class Inbox:
    """Messages of some endpoints in one database: kept, handled, remembered.

    Args:
        engine: of the database, which may be the application's own.
        endpoints: all that this inbox serves.
        clock: the wall clock.
        answer_within: seconds until a request whose handler is not done is answered 200 "kept".
        running: how many handlers and waiting requests there may be at once; more are answered 503.
            No more than half of the connections that the engine may open.
        workers: how many messages that were acknowledged are run at once in each process; 0 leaves them
            to other processes.
        listeners: who is told of each run that no request waited for.
        retention: how long what is kept stays; None removes nothing.

    Raises:
        BadConfiguration: a path comes twice, or the database is not supported.
    """

    def __init__(
        self,
        engine: Engine,
        endpoints: Iterable[Endpoint],
        *,
        clock: Clock = system_clock,
        answer_within: float = 25.0,
        running: int = 56,
        workers: int = 4,
        listeners: Sequence[RunListener] = (),
        retention: Retention | None = None,
    ) -> None:
        prepare(engine)
        self._engine = engine
        self._endpoints: dict[str, Endpoint] = {}
        for endpoint in endpoints:
            if endpoint.path in self._endpoints:
                raise BadConfiguration(f"the path {endpoint.path} is defined twice: remove one")
            self._endpoints[endpoint.path] = endpoint
        self._clock = clock
        self._answer_within = answer_within
        self._running = _with_room(engine, running)
        self._workers = workers
        self._listeners = listeners
        self._retention = retention
        self._hourly: Hourly | None = None
        self._lock_dir = leases_of(file_of(engine.url))
        self._guard = threading.Lock()
        self._here: tuple[Process, Worker] | None = None

    def start(self) -> None:
        """Bring the tables up to date, and start this process's worker.

        A process that is forked after this has a lease and a worker of its own with its first request.

        Raises:
            CannotRun: the database or the leases' folder cannot be used.
        """
        bring_up_to_date(self._engine)
        self._in_this_process()

    def accept(self, endpoint: Endpoint, arrival: Arrival) -> Answer:
        """Take one proved request to its answer, which may take `answer_within` and 3 s more.

        Args:
            endpoint: where it came; one of those that this inbox serves.
            arrival: what came.
        """
        process, _ = self._in_this_process()
        if endpoint.acknowledges:
            answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
            acknowledge(process, endpoint, arrival, _asked(endpoint, arrival), answers.put)
            return answers.get()
        accepting = Accepting(
            self._engine,
            self._clock,
            process,
            endpoint,
            arrival,
            _asked(endpoint, arrival),
            self._answer_within,
        )
        return accepting.answer()

    def submit(self, endpoint: Endpoint, arrival: Arrival, done: Callable[[Answer], None]) -> None:
        """Take one proved request to its answer without waiting for it.

        Args:
            endpoint: where it came; one that acknowledges (`Endpoint.acknowledges`).
            arrival: what came.
            done: called once with the answer, in this thread or the writer's; it must be quick.
        """
        process, _ = self._in_this_process()
        acknowledge(process, endpoint, arrival, _asked(endpoint, arrival), done)

    def run_due(self) -> int:
        """Run the promised messages that are due now, in this thread; how many runs there were."""
        _, worker = self._in_this_process()
        return worker.run_due()

    @property
    def has_room(self) -> bool:
        """Whether one more request could wait for a handler in this process."""
        process, _ = self._in_this_process()
        return process.room.has_any

    def waiting(self) -> bool:
        """Whether a message of these endpoints waits to be run, now or later."""
        handled = [one.path for one in self._endpoints.values() if one.handler is not None]
        with reading(self._engine) as connection:
            if due.next_due_ms(connection, handled) is not None:
                return True
            return any(one.endpoint in handled for one in due.leased(connection))

    def close(self, timeout: float = 5.0) -> bool:
        """Take no more, and wait for what runs.

        Args:
            timeout: seconds to wait.

        Returns:
            False where a handler still runs. Its message stays leased until the process ends, and is
            then handled as that of a process that died.
        """
        if self._here is None or self._here[0].pid != os.getpid():
            return True
        process, worker = self._here
        until = time.monotonic() + timeout
        worker.stop(0.0)  # it begins nothing while requests are waited for
        idle = process.room.close(timeout)
        stopped = worker.stop(max(0.0, until - time.monotonic()))
        if self._hourly is not None:
            stopped &= self._hourly.stop(max(0.0, until - time.monotonic()))
        return idle and stopped and process.release(max(1.0, until - time.monotonic()))

    def message(self, message_id: str) -> MessageRecord | None:
        """One message; None where there is none of that id."""
        with reading(self._engine) as connection:
            return shown.message(connection, message_id)

    def messages(self, endpoint: str | None = None, limit: int = 100) -> list[MessageRecord]:
        """The newest messages, newest first: of the endpoint with that path, or of all."""
        with reading(self._engine) as connection:
            return shown.list_messages(connection, endpoint, limit)

    def deliveries(
        self, message_id: str | None = None, endpoint: str | None = None, limit: int = 100
    ) -> list[DeliveryRecord]:
        """The newest requests that were proved, newest first: of one message, endpoint, or of all."""
        with reading(self._engine) as connection:
            return shown.list_deliveries(connection, message_id, endpoint, limit)

    def _in_this_process(self) -> tuple[Process, Worker]:
        here = self._here
        if here is not None and here[0].pid == os.getpid():
            return here
        with self._guard:
            if self._here is None or self._here[0].pid != os.getpid():
                process = Process(
                    self._engine,
                    self._clock,
                    self._lock_dir,
                    self._running,
                    self._endpoints.values(),
                    write_new,
                )
                worker = Worker(
                    self._engine,
                    self._clock,
                    process,
                    self._endpoints,
                    max(1, self._workers),
                    self._listeners,
                )
                if self._workers:
                    worker.start()
                if self._retention is not None:
                    self._hourly = Hourly(Pruner(self._engine, self._clock, self._retention))
                    self._hourly.start()
                self._here = process, worker
            return self._here


def _asked(endpoint: Endpoint, arrival: Arrival) -> Asked:
    return ask(
        endpoint,
        arrival.body,
        arrival.delivery,
        arrival.guid,
        stale=arrival.stale is not None,
        flags=arrival.flags,
    )


def _with_room(engine: Engine, running: int) -> int:
    """How much may be under way: a handler and its request may each need a connection at once.

    With fewer, handlers would hold all of them, and a request would wait for one longer than its sender
    waits for the answer.
    """
    room = connections(engine)
    most = running if room is None else max(1, room // 2)
    if most < running:
        _log.warning("the engine's pool is small", connections=room, running=most, wanted=running)
    return min(running, most)
