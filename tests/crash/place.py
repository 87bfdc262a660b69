"""An outbox, a receiver that counts effects, and what happened between them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Set
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.crash import programs
from tests.crash.children import Child
from tests.crash.history import History, Request, Row, problems
from tests.crash.shop import PATH
from tests.receiver.bare_server import eventually

from hookproof_sender import HttpTask, Sender
from hookproof_sender.outbox import Kept, Outbox, Terms

LATER = 120.0
"""Seconds after which every lease of a process that was killed has run out, and every pause."""


class Shop:
    """The receiver as a process, and its database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.port}{PATH}"

    def start(self) -> None:
        """Start it, at the same port again, and wait until it is ready."""
        ready = self._folder / "ready"
        ready.unlink(missing_ok=True)
        words: tuple[str, ...] = (
            "receive",
            "--app",
            "tests.crash.shop:receiver",
            "--database",
            "sqlite:///shop.db",
        )
        words += ("--listen", f"127.0.0.1:{self.port}", "--ready-file", "ready")
        self.process = Child(programs.command, str(self._folder), *words)
        eventually(lambda: ready.exists() or not self.process.is_alive())
        assert self.process.is_alive(), self.process.lines
        self.port = int(ready.read_text().strip().rpartition(":")[2])

    def requests(self) -> tuple[Request, ...]:
        """What it proved."""
        rows = self._query(
            "SELECT m.body, d.guid, d.status FROM hookproof_deliveries d "
            "JOIN hookproof_messages m ON m.id = d.message_id ORDER BY d.received_ms"
        )
        return tuple(Request(json.loads(body)["run"], guid, status) for body, guid, status in rows)

    def effects(self) -> tuple[str, ...]:
        """The keys of what it shipped."""
        there = self._query("SELECT 1 FROM sqlite_master WHERE name = 'effects'")
        return tuple(key for (key,) in self._query("SELECT key FROM effects")) if there else ()

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._folder / "shop.db")) as connection:
            return connection.execute(sql).fetchall()


class Place:
    """One folder with an outbox, before one shop that may have other customers."""

    def __init__(self, folder: Path, shop: Shop) -> None:
        self.shop = shop
        self.database = f"sqlite:///{folder}/outbox.db"
        self.file = folder / "outbox.db"

    def record(self, *tasks: HttpTask, **terms: Any) -> None:
        """Record messages, and close the outbox again."""
        outbox = Outbox(self.database, terms=Terms(**terms))
        outbox.enqueue_all(tasks)
        outbox.engine.dispose()

    def rows(self) -> list[Kept]:
        """Every message that is on record, with its body and attempts, the oldest first."""
        outbox = Outbox(self.database)
        try:
            found = outbox.find(limit=1_000_000, newest_first=False)
            return [kept for one in found if (kept := outbox.show(one.id)) is not None]
        finally:
            outbox.engine.dispose()

    def show(self) -> Kept:
        """The only message, with its attempts."""
        (row,) = self.rows()
        return row

    def recover(self, later: float = LATER) -> None:
        """Work off what is there, as a worker does that is started when leases have run out."""
        sender = Sender(database=self.database, allow_loopback=True, clock=programs.ahead(later))
        sender.worker().run(until_done=True)
        sender.outbox.engine.dispose()

    def history(self, begun: Set[str], recorded: Set[str], **told: str) -> History:
        """All that is known of these messages and of what is in the outbox."""
        rows = tuple(
            Row(json.loads(one.body)["run"], one.state, one.guid, one.attempts_allowed - 1)
            for one in self.rows()
        )
        ours = begun | {row.key for row in rows}
        return History(
            begun=begun,
            recorded=recorded,
            told=told,
            outbox=rows,
            requests=tuple(one for one in self.shop.requests() if one.key in ours),
            effects=tuple(key for key in self.shop.effects() if key in ours),
        )

    def check(self, begun: Set[str], recorded: Set[str], **told: str) -> History:
        """Nothing was lost, doubled, invented or mixed up."""
        history = self.history(begun, recorded, **told)
        found = problems(history)
        assert [] == found, found
        return history
