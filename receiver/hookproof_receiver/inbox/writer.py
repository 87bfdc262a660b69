"""One thread of each process writes: what comes while a commit is on its way shares the next one.

SQLite has one writer, and a commit that is on the disk costs more than all that it holds. So whoever
has something to write hands it over, and is told when it was committed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, cast

from hookproof_runtime.database import Busy, Connection, Engine, writing
from hookproof_runtime.logs import get_logger

from .outcome import describe

COMMIT_WAITS = 3.0
"""Seconds that a commit which an answer depends on waits for its turn: a sender gives up after 30."""

_TOGETHER = 64  # pieces of work in one transaction
_WAITING = 2048  # pieces of work that wait: more requests are not taken then

T = TypeVar("T")
Together: TypeAlias = Callable[[Connection, list[Any]], Sequence[object] | None]
_log = get_logger(__name__)


class Work(Generic[T]):
    """Something to write, and what came of it.

    Args:
        write: writes, in a transaction that is somebody else's to commit; called once more where that
            transaction had to be rolled back for another's sake.
        then: told that it was committed, or failed; in the writer's thread, so it must be quick.
        undo: takes back what `write` did beside the database. Called before `write` is called again,
            and where it failed.
        part: what `Writer.together` can write instead of `write`, with that of others; None where it
            cannot.
    """

    __slots__ = ("error", "part", "result", "then", "undo", "until", "write")

    def __init__(
        self,
        write: Callable[[Connection], T],
        then: Callable[[Work[T]], None],
        undo: Callable[[], None] | None = None,
        part: object = None,
    ) -> None:
        self.part = part
        self.write = write
        self.then = then
        self.undo = undo
        self.until = time.monotonic() + COMMIT_WAITS
        self.result: T | None = None
        """What `write` returned; it is on the disk when `then` is called, unless there is an error."""
        self.error: Exception | None = None
        """Why it was not written: `Busy`, a `StorageError`, or what `write` raised."""


class Writer:
    """Writes what it is handed, in the order of handing over.

    Args:
        engine: a prepared engine.
        together: writes the parts of several pieces of work in one go and gives the result of each;
            None where they are to be written one by one, and nothing was written.
    """

    def __init__(self, engine: Engine, together: Together = lambda _connection, _parts: None) -> None:
        self._together = together
        self._engine = engine
        self._waiting: deque[Work[object]] = deque()
        self._some = threading.Event()
        self._guard = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="inbox writer", daemon=True)
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """Whether so much waits that a new request is better refused at once."""
        return len(self._waiting) >= _WAITING

    def submit(self, work: Work[T]) -> None:
        """Hand something over; `then` is called once, whatever becomes of it."""
        with self._guard:
            closed = self._closed
            if not closed:
                self._waiting.append(cast("Work[object]", work))
        if closed:
            _fail([cast("Work[object]", work)], Busy("the receiver is stopping"))
        self._some.set()

    def do(self, write: Callable[[Connection], T], undo: Callable[[], None] | None = None) -> T:
        """Write something, and wait until it is committed.

        Raises:
            Busy: its turn did not come within `COMMIT_WAITS`, or the writer is closed.
            StorageError: it could not be written.
        """
        ended = threading.Lock()
        ended.acquire()
        work = Work(write, lambda _work: ended.release(), undo)
        self.submit(work)
        ended.acquire()
        if work.error is not None:
            try:
                raise work.error
            finally:
                work.error = None  # an error holds its frames, and they hold it
        return cast(T, work.result)

    def close(self, timeout: float) -> bool:
        """Write what was handed over, and no more. False where that is not done after `timeout`."""
        with self._guard:
            self._closed = True
        self._some.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not (self._closed and not self._waiting):
            self._some.wait()
            self._some.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]
                try:
                    self._write(batch)
                except Exception as error:  # an `undo` that raised; the writer goes on
                    _log.error("the writer failed", error=describe(error))

    def _write(self, batch: list[Work[object]]) -> None:
        begun = committing = False
        try:
            with writing(self._engine, wait=max(0.0, batch[0].until - time.monotonic())) as connection:
                begun = True
                for work in self._left_of(batch, connection):
                    work.result = work.write(connection)
                committing = True
        except Exception as error:
            if isinstance(error, Busy) and not begun:
                self._give_up_the_late(batch, error)
                return
            for work in batch:
                if work.undo is not None:
                    work.undo()
            # One that cannot be written must not take the others with it. What a failed commit left on
            # the disk is not known: it is not tried again.
            if committing or len(batch) == 1:
                _fail(batch, error)
            else:
                for work in batch:
                    self._write([work])
        else:
            _tell(batch)

    def _left_of(self, batch: list[Work[object]], connection: Connection) -> list[Work[object]]:
        """Write together what can be; what cannot."""
        parts = [work for work in batch if work.part is not None]
        results = self._together(connection, [work.part for work in parts]) if len(parts) > 1 else None
        if results is None:
            return batch
        for work, result in zip(parts, results, strict=True):
            work.result = result
        return [work for work in batch if work.part is None]

    def _give_up_the_late(self, batch: list[Work[object]], busy: Busy) -> None:
        now = time.monotonic()
        late = [work for work in batch if work.until <= now]
        self._waiting.extendleft(work for work in reversed(batch) if work.until > now)
        _fail(late, busy)


def _fail(batch: list[Work[object]], error: Exception) -> None:
    for work in batch:
        work.error = error
    _tell(batch)


def _tell(batch: list[Work[object]]) -> None:
    for work in batch:
        try:
            work.then(work)
        except Exception as error:  # the others wait for theirs, and have no other end
            _log.error("whoever waited was not told", error=describe(error))
