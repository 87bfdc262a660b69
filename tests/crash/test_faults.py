"""Each call to the store fails once: nothing is sent off the record, and nothing recorded is lost."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from tests.crash.place import Place
from tests.crash.programs import task

from hookproof.errors import CannotRun
from hookproof_runtime.database import open_engine
from hookproof_sender import Sender
from hookproof_sender.outbox import Outbox


class Faults:
    """Makes one statement or commit of an engine fail: the first, the second, …"""

    def __init__(self, database: str, number: int, sentence: str) -> None:
        self.engine = open_engine(database)
        self.failed: Any = None
        """The connection that it was."""
        self.used_after = 0
        """How often that was used afterwards."""
        self.calls = 0
        """How many there were."""
        self._number = number
        self._sentence = sentence
        event.listen(self.engine, "before_cursor_execute", self._count)
        event.listen(self.engine, "commit", self._count)

    @property
    def came_about(self) -> bool:
        """Whether there were that many."""
        return self.failed is not None

    def _count(self, connection: Any, *_: object) -> None:
        this = connection.connection.dbapi_connection
        self.used_after += this is self.failed
        self.calls += 1
        if self.calls == self._number:
            self.failed = this
            raise OperationalError("a statement", None, sqlite3.OperationalError(self._sentence))


@pytest.mark.long
@pytest.mark.parametrize("program", ["enqueue", "send", "work"])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("database or disk is full", id="CRASH-23"),
        pytest.param("disk I/O error", id="CRASH-26"),
    ],
)
def test_a_fault_at_any_call_loses_nothing_and_doubles_nothing(
    place: Place, tmp_path: Path, program: str, sentence: str
) -> None:
    """Each statement and commit, in a run with an outbox of its own. A worker waits, and goes on."""

    def run(number: int) -> bool:
        folder = tmp_path / str(number)
        folder.mkdir()
        own = Place(folder, place.shop)
        what = task(own.shop.url, key := f"{program}/{sentence}/{number}")
        own.rows()  # makes the tables
        recorded: set[str] = set()
        told: dict[str, str] = {}
        if program == "work":
            Outbox(own.database).enqueue(what)
            recorded.add(key)
        opening = Faults(own.database, 0, sentence)
        Outbox(opening.engine).open()
        opening.engine.dispose()
        faults = Faults(own.database, number, sentence)
        sender = Sender(database=faults.engine, allow_loopback=True)
        try:
            if program == "enqueue":
                sender.outbox.enqueue(what)
                recorded.add(key)
            elif program == "send":
                told[key] = sender.send(what).outcome
            else:
                sender.worker().run(until_done=True)
                assert "delivered" == own.show().state
        except CannotRun:
            assert faults.came_about
            assert program != "work" or number <= opening.calls
        finally:
            faults.engine.dispose()
        if number > opening.calls:
            assert 0 == faults.used_after  # the connection is not trusted any more
        own.recover()
        own.check({key}, recorded, **told)
        return faults.came_about

    with ThreadPoolExecutor(8) as threads:
        calls = 0
        while all(came_about := list(threads.map(run, range(calls + 1, calls + 9)))):
            calls += 8
    assert calls + sum(came_about) > 5
