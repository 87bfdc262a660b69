"""Where a receiver's process is stopped, to be killed there.

Which point it is stands in a file, so that one process serves test after test. A stopped thread never
goes on; the others do.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from tests.crash.receiver import shop

from hookproof_receiver.ingest import Answered, Event, Received
from hookproof_runtime.command_line import main

FILE = "halt"
"""Says at which point to stop; where it is not there, nothing stops."""

BEFORE = {
    "insert": "INSERT INTO hookproof_messages",
    "claim": "attempts + ",
    "mark": "answer_type=",
    "promise": "SET promised_ms=",
}
"""Points before a commit, and what was written in its transaction: the `insert` of a new message; the
`claim` of one by a worker, or by a retry; the `mark` of a run's outcome, and the effect with it where
that is together; the `promise` of one that still runs. `inserts`: the commit of several new ones."""

AFTER = {
    "insert": "inserted",
    "inserts": "all inserted",
    "claim": "claimed",
    "mark": "marked",
    "promise": "promised",
}
"""Points after each of these commits. The others are: `verified` (a request was proved, and nothing is
written), the `midst` of a handler, `ran` (a plain handler's effect is there, and no mark), `answered`
(nothing is left to do but to send the answer)."""


class Halt:
    """Stops the thread that comes to the point, and says that it is there."""

    def __init__(self, say: Callable[[Any], None], folder: Path) -> None:
        self._say = say
        self._file = folder / FILE

    def here(self, point: str, what: Any = None) -> None:
        """Stop, if this is the point."""
        try:
            wanted = self._file.read_text()
        except FileNotFoundError:
            return
        if wanted == point:
            self._say((point, what))
            threading.Event().wait()

    def on_event(self, one: Event) -> None:
        """Stop before the keep, or before the answer."""
        if isinstance(one, Received):
            self.here("verified")
        elif isinstance(one, Answered):
            self.here("answered")

    def watch(self) -> None:
        """Stop at commits, of whatever database is opened in this process."""
        halt = self

        class Cursor(sqlite3.Cursor):
            def execute(self, *statement: Any) -> Any:
                halt._note(self.connection, statement[0])
                return super().execute(*statement)

        class Connection(sqlite3.Connection):
            def __init__(self, *where: Any, **named: Any) -> None:
                super().__init__(*where, **named)
                self.written: Counter[str] = Counter()

            def cursor(self, _kind: Any = None) -> Any:
                return super().cursor(Cursor)

            def execute(self, *statement: Any) -> Any:
                halt._note(self, statement[0])
                return super().execute(*statement)

            def commit(self) -> None:
                written, self.written = self.written, Counter()
                for what in written:
                    halt.here(what, written[what])
                super().commit()
                for what in written:
                    halt.here(AFTER[what], written[what])

            def rollback(self) -> None:
                self.written.clear()
                super().rollback()

        event.listen(Engine, "do_connect", lambda *words: words[3].update(factory=Connection))

    def _note(self, connection: Any, statement: str) -> None:
        for what, text in BEFORE.items():
            if text in statement:
                # A statement may insert several rows: after its columns, each has brackets of its own.
                connection.written[what] += statement.count("(") - 1 if what == "insert" else 1
        if connection.written["insert"] > 1:
            connection.written["inserts"] = connection.written["insert"]


def command(say: Callable[[Any], None], folder: str, *words: str) -> None:
    """A `hookproof` command with the receiver, which stops where the folder says so."""
    halt = Halt(say, Path(folder))
    shop.on_point = halt.here
    shop.receiver.listen_to(halt.on_event)
    halt.watch()
    os.chdir(folder)
    main(words)
