"""What the inbox has of its own in each process: a lease, the runs, room for them, and a writer."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from hookproof.clock import Clock
from hookproof_runtime.database import Engine

from .capacity import Room, Slot
from .endpoint import Endpoint
from .leases import Lease, is_held, sweep
from .running import Run
from .writer import Together, Writer


class Process:
    """One process's share of the work. Made after a fork, for threads and locks do not survive one.

    Args:
        engine: a prepared engine.
        clock: the wall clock.
        folder: where the leases of all processes of this database are.
        slots: how many handlers and waiting requests there may be at once.
        endpoints: all that are served.
        together: what the writer writes in one go.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        folder: Path,
        slots: int,
        endpoints: Iterable[Endpoint],
        together: Together,
    ) -> None:
        self.pid = os.getpid()
        self.room = Room(slots, endpoints)
        self.due = threading.Event()
        """Set when the worker is to look at once whether something is due."""
        self._engine = engine
        self._clock = clock
        self._folder = folder
        self._lease = Lease(folder)
        self.writer = Writer(engine, together)
        """What commits here, but for a handler's own transaction."""
        self._guard = threading.Lock()
        self._runs: dict[str, Run] = {}
        sweep(folder)

    @property
    def owner(self) -> str:
        """The id under which messages are leased here."""
        return self._lease.owner

    def is_alive(self, owner: str, message_id: str) -> bool:
        """Whether a message that is on record as running does run."""
        if owner == self.owner:
            return self.run_of(message_id) is not None
        return is_held(self._folder, owner)

    def run_of(self, message_id: str) -> Run | None:
        """The run of a message in this process."""
        with self._guard:
            return self._runs.get(message_id)

    def enter(self, run: Run) -> None:
        """Have a run known here: before the lease is committed, so that nobody takes it for died."""
        with self._guard:
            self._runs[run.claimed.id] = run

    def leave(self, run: Run) -> None:
        """Have it known no more: after its outcome was committed, or where nothing came of it."""
        with self._guard:
            if self._runs.get(run.claimed.id) is run:
                del self._runs[run.claimed.id]

    def start(self, run: Run, slot: Slot) -> None:
        """Perform a run in a thread of its own; the slot is the thread's from now on.

        Raises:
            RuntimeError: there is no thread to be had.
        """

        def perform() -> None:
            try:
                self.perform(run)
            finally:
                slot.release()

        threading.Thread(target=perform, name=f"handler {run.claimed.id}", daemon=True).start()

    def perform(self, run: Run) -> None:
        """Perform a run in this thread."""
        try:
            run.perform(self._engine, self.writer, self.owner, self._clock)
        finally:
            self.leave(run)
            if run.settled is None or (run.settled.promised and run.settled.state == "failed"):
                self.due.set()

    def release(self, timeout: float) -> bool:
        """Write what is to be written, and give up the lease. Only once nothing runs here any more.

        Returns:
            False where that is not written after `timeout` seconds; then the lease is kept.
        """
        if not self.writer.close(timeout):
            return False
        self._lease.release()
        return True
