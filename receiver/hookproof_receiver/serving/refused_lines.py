"""The log's lines of requests that were refused before any endpoint saw them.

Anybody can cause one, so a flood of them must not fill a disk.
"""

from __future__ import annotations

import threading

from hookproof.clock import system_clock
from hookproof_runtime.ids import new_id
from hookproof_runtime.logs import get_logger

from ..ingest import Refused, Reply, problem

MOST = 10
"""Lines a second; the rest are counted, and the count is a line of its own."""

_log = get_logger(__name__)


class RefusedLines:
    """Writes them; serves any number of threads. All times are monotonic, in seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = 0.0
        self._came = 0

    def answer(self, refused: Refused, now: float) -> Reply:
        """What a refused request is answered: the code alone; the log's line says why."""
        status, code = refused.status, refused.code
        delivery_id = new_id("dlv", system_clock())
        self.write(refused, delivery_id, now)
        headers = (("Content-Type", problem.CONTENT_TYPE), ("Hookproof-Delivery", delivery_id))
        return Reply(status, headers, problem.document(status, code))

    def write(self, refused: Refused, delivery_id: str, now: float) -> None:
        """Say why a request was refused, or count it."""
        self.end_second(now)
        with self._lock:
            self._began = self._began if self._came else now
            self._came += 1
            if self._came > MOST:
                return
        _log.warning(
            "refused", delivery=delivery_id, status=refused.status, code=refused.code, why=str(refused)
        )

    def end_second(self, now: float) -> None:
        """Say how many were only counted, once a second has gone by since the first."""
        with self._lock:
            if not self._came or now < self._began + 1:
                return
            more, self._came = self._came - MOST, 0
        if more > 0:
            _log.warning("more refused", number=more)
