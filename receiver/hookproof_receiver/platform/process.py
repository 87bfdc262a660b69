"""What the service has of its own in each process: threads, and the workers that they watch."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from .supervision import JobFailed, Worker


class Process:
    """One process's share of the work. Made after a fork, for threads and locks do not survive one.

    Args:
        at_once: how many groups it runs at the same time.
    """

    def __init__(self, at_once: int) -> None:
        self.pid = os.getpid()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="hookproof-jobs")
        self._guard = threading.Lock()
        self._workers: set[Worker] = set()
        self._closed = False

    def submit(self, work: Callable[[], None]) -> None:
        """Have something done, in its turn."""
        self._pool.submit(work)

    @contextmanager
    def watching(self, make: Callable[[], Worker]) -> Iterator[Worker]:
        """Make a worker, and have it stopped where this process is told to.

        Raises:
            JobFailed: it was told to already.
        """
        with self._guard:
            if self._closed:
                raise JobFailed("the receiver was stopped")
            worker = make()
            self._workers.add(worker)
        try:
            yield worker
        finally:
            with self._guard:
                self._workers.discard(worker)

    def close(self) -> None:
        """Stop the workers, leave what has not begun, and wait for the threads."""
        with self._guard:
            self._closed = True
            for worker in self._workers:
                worker.stop("the receiver was stopped")
        self._pool.shutdown(wait=True, cancel_futures=True)
