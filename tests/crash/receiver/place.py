"""A receiver, in a folder with all that it keeps, and what happened there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Set
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

from tests.crash import programs
from tests.crash.children import Child
from tests.crash.receiver import halts, shop
from tests.crash.receiver.history import Acknowledged, Effect, History, Row, problems
from tests.receiver.bare_server import eventually

from hookproof_receiver.inbox import Inbox
from hookproof_runtime.database import open_engine
from hookproof_runtime.settings import ReceiverSettings

APP = ("--app", "tests.crash.receiver.shop:receiver", "--database", "sqlite:///inbox.db")
"""What both commands are given."""

SERVERS: tuple[str, ...] = get_args(ReceiverSettings.model_fields["server"].annotation)
"""All that `hookproof receive --server` takes."""


class Place:
    """One folder, its database made and ready.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "inbox.db"
        engine = open_engine(f"sqlite:///{self.file}")
        Inbox(engine, (), workers=0).start()  # makes the tables: a migration has a case of its own
        engine.dispose()
        with closing(sqlite3.connect(self.file)) as database:
            database.execute("CREATE TABLE effects (key, message_id)")
        (folder / shop.ELSEWHERE).touch()

    def worker(self, *words: str, halting: bool = False) -> Child:
        """Start a process that runs what was acknowledged."""
        program = halts.command if halting else programs.command
        return Child(program, str(self.folder), "inbox", "work", *APP, *words)

    def rest(self) -> None:
        """Let a worker run all that is left."""
        with self.worker("--until-done") as worker:
            assert 0 == worker.end(), worker.lines

    def rows(self, keys: Set[str] | None = None) -> tuple[Row, ...]:
        """The messages in the inbox, the oldest first."""
        found = self._query(
            "SELECT body, id, state, promised_ms IS NOT NULL, due_ms IS NOT NULL, error, answer "
            "FROM hookproof_messages ORDER BY id"
        )
        rows = (
            Row(json.loads(body)["run"], id_, state, bool(promised), bool(due), error, answer or b"")
            for body, id_, state, promised, due, error, answer in found
        )
        return tuple(row for row in rows if keys is None or row.key in keys)

    def effects(self, keys: Set[str] | None = None) -> tuple[Effect, ...]:
        """What the handlers did."""
        together = [(*row, True) for row in self._query("SELECT key, message_id FROM effects")]
        lines = (self.folder / shop.ELSEWHERE).read_text().splitlines()
        found = [Effect(*row) for row in [*together, *((*line.split(), False) for line in lines)]]
        return tuple(effect for effect in found if keys is None or effect.key in keys)

    def history(
        self, sent: Set[str], acknowledged: Iterable[Acknowledged], *, alone: bool = False
    ) -> History:
        """All that is known of these messages, and, where they are not alone here, of these only."""
        keys = None if alone else sent
        return History(sent, tuple(acknowledged), self.rows(keys), self.effects(keys))

    def check(self, sent: Set[str], acknowledged: Iterable[Acknowledged]) -> History:
        """Nothing was lost, doubled, invented, mixed up or left, and the database is whole."""
        history = self.history(sent, acknowledged)
        found = problems(history)
        assert [] == found, found
        assert "ok" == self.integrity()
        return history

    def integrity(self) -> str:
        """What SQLite says of the database: `ok`."""
        return str(self._query("PRAGMA integrity_check")[0][0])

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file, timeout=30)) as connection:
            return connection.execute(sql).fetchall()


class Receiving:
    """A `hookproof receive` at a place, which can be started again at the same port.

    Args:
        place: where.
        name: of its file there.
        words: more for the command.
        halting: whether it stops where the place says so (`halts`).
    """

    def __init__(self, place: Place, name: str, *words: str, halting: bool = False) -> None:
        self._place = place
        self._ready = place.folder / name
        self._words = words
        self._halting = halting
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.launch()
        eventually(lambda: self._ready.exists() or not self.process.is_alive())
        assert self.process.is_alive(), self.process.lines
        self.port = int(self._ready.read_text().strip().rpartition(":")[2])

    def launch(self) -> None:
        """Start it."""
        self._ready.unlink(missing_ok=True)
        words = ("receive", *APP, "--listen", f"127.0.0.1:{self.port}", *self._words)
        words += ("--ready-file", self._ready.name)
        program = halts.command if self._halting else programs.command
        self.process = Child(program, str(self._place.folder), *words)
