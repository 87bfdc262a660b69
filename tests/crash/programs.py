"""What the processes do that are killed: the sender's own parts, with a place to stop at."""

from __future__ import annotations

import json
import os
import resource
import threading
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy import event

from hookproof.clock import NANOSECONDS, Clock, system_clock
from hookproof.testing import SECRET
from hookproof_runtime.command_line import main
from hookproof_runtime.database import Engine, open_engine
from hookproof_sender import Attempt, HttpTask, Sender
from hookproof_sender.outbox import Leased

RETRIES = 50
"""More than a message is ever killed."""

_STATEMENTS = {
    "insert": ("before_cursor_execute", "INSERT INTO hookproof_outbox ("),
    "commit": ("after_cursor_execute", "INSERT INTO hookproof_outbox ("),
    "claim": ("before_cursor_execute", "UPDATE hookproof_outbox\n"),
    "mark": ("before_cursor_execute", "INSERT INTO hookproof_outbox_attempts"),
    "migration": ("after_cursor_execute", "CREATE TABLE hookproof_outbox_attempts"),
}


class Halt:
    """Stops the process at one point, for good, and says that it is there.

    Args:
        say: where it says so.
        at: `start` (an attempt begins: nothing has left yet), `told` (it is on record), `recorded`, or
            a statement to the database: the `insert` of a message, its `commit`, the `claim` by a
            worker, the `mark` of an attempt, the last table of a `migration`. None stops nowhere.
    """

    statements: ClassVar[Mapping[str, tuple[str, str]]] = _STATEMENTS

    def __init__(self, say: Callable[[Any], None], at: str | None) -> None:
        self._say = say
        self._at = at

    def watch(self, engine: Engine) -> Engine:
        """Stop at a statement, too."""
        if self._at is not None and self._at in self.statements:
            when, self._text = self.statements[self._at]
            event.listen(engine, when, self._on_statement)
        return engine

    def here(self, point: str) -> None:
        """Stop, if this is the point."""
        if point == self._at:
            self._say(point)
            threading.Event().wait()

    def _on_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self._text in statement and self._at:
            self.here(self._at)


class Longest(Random):
    """Chance that always falls on the highest end."""

    def random(self) -> float:
        """As much as there is."""
        return 1.0


def task(url: str, key: str, *, retries: int = RETRIES, size: int = 0) -> HttpTask:
    """The task of a message with a key of its own.

    Args:
        url: where it goes.
        key: its key.
        retries: how many it has.
        size: bytes that its body has beside.
    """
    return HttpTask.model_validate(
        {
            "name": key,
            "method": "post",
            "url": url,
            "body": json.dumps({"run": key, "pad": "x" * size}),
            "secretKey": SECRET,
            "maxRetries": retries,
        }
    )


def ahead(seconds: float) -> Clock:
    """A clock that shows a later time."""
    return lambda: system_clock() + round(seconds * NANOSECONDS)


def send(
    say: Callable[[Any], None],
    database: str,
    what: HttpTask,
    *,
    at: str | None = None,
    **options: Any,
) -> None:
    """Send one message in the foreground; say each attempt, and the outcome."""
    halt = Halt(say, at)

    def on_attempt(attempt: Attempt) -> None:
        say((attempt.number, attempt.status or attempt.cause))
        halt.here("told")

    sender = Sender(
        database=halt.watch(open_engine(database)),
        allow_loopback=True,
        on_start=lambda _: halt.here("start"),
        on_attempt=on_attempt,
        **options,
    )
    say(sender.send(what).outcome)


def record(
    say: Callable[[Any], None],
    database: str,
    what: HttpTask,
    *,
    at: str | None = None,
    **options: Any,
) -> None:
    """Record one message for a worker, and say its id."""
    halt = Halt(say, at)
    say(Sender(database=halt.watch(open_engine(database)), **options).outbox.enqueue(what))
    halt.here("recorded")


def work(
    say: Callable[[Any], None],
    database: str,
    *,
    at: str | None = None,
    later: float = 0.0,
    until_done: bool = True,
    limits: dict[str, int] | None = None,
    **options: Any,
) -> None:
    """Send what is on record; say each attempt."""
    halt = Halt(say, at)

    def on_attempt(leased: Leased, attempt: Attempt) -> None:
        say((attempt.number, attempt.status or attempt.cause))
        halt.here("told")

    sender = Sender(
        database=halt.watch(open_engine(database)),
        allow_loopback=True,
        clock=ahead(later),
        on_start=lambda _: halt.here("start"),
        **options,
    )
    sender.worker(on_attempt=on_attempt, **limits or {}).run(until_done=until_done)


def command(
    say: Callable[[Any], None], folder: str, *words: str, largest_file: int = resource.RLIM_INFINITY
) -> None:
    """Run a `hookproof` command in a folder.

    Args:
        folder: where it works.
        words: what follows `hookproof`.
        largest_file: bytes beyond which no file can be written.
    """
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    main(words)
