"""How much work something is, counted and not timed: what else the machine does changes nothing."""

from __future__ import annotations

import sqlite3
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event


@dataclass(frozen=True)
class Work:
    lines: int
    """Lines of Python that were run."""
    memory: int
    """Bytes that were held at the most."""


def work(call: Callable[[], object]) -> Work:
    """What one call costs in this thread. Reading a long value costs memory, or lines for each part."""
    lines = 0

    def trace(frame: FrameType, kind: str, argument: Any) -> Any:
        nonlocal lines
        lines += kind == "line"
        return trace

    before = sys.gettrace()
    tracemalloc.start()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return Work(lines, memory)


class Steps:
    """Steps of SQLite's own machine, which are the same for the same rows however long they take."""

    def __init__(self) -> None:
        self.taken = 0

    def _on_connect(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.set_progress_handler(self._take, 1)

    def _take(self) -> int:
        self.taken += 1
        return 0


@contextmanager
def steps(engine: Engine) -> Iterator[Steps]:
    """Count those of an engine's connections. It opens them anew."""
    counted = Steps()
    event.listen(engine, "connect", counted._on_connect)
    engine.dispose()
    try:
        yield counted
    finally:
        event.remove(engine, "connect", counted._on_connect)
        engine.dispose()
