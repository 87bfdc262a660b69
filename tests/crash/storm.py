"""Senders, workers and a receiver under load, killed at random; then the checker."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from random import Random
from typing import Any

from tests.crash import load, programs
from tests.crash.children import Child
from tests.crash.history import problems
from tests.crash.place import Place, Shop

from hookproof.testing import SECRET

WORKERS = ("work", "work", "leased")
"""`work` is the command, with leases of a minute; `leased` has leases of a second."""

SENDERS = ("record", "send", "command")
"""`send` has four threads in the foreground; `command` is `hookproof send`."""

KILLED = {"work": 4, "leased": 3, "send": 4, "command": 2, "record": 2, "shop": 1}
"""How often each kind is killed, as shares."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a storm."""

    kills: Counter[str]
    """By kind."""
    recorded: int
    """Messages that are on record."""
    attempts: int
    """Attempts that are."""
    lost_attempts: int
    """Of these, such whose process was killed, or lost its lease."""
    requests: int
    """Requests that the receiver proved."""
    effects: int
    """Messages that had their effect."""
    states: Counter[str]
    """How the messages ended."""
    seconds: float
    """How long all of it took."""
    problems: tuple[str, ...]
    """What must not be."""
    traces: tuple[str, ...]
    """Lines of tracebacks that a process printed."""

    def __str__(self) -> str:
        kinds = Counter(one.partition(":")[0] for one in self.problems)
        lines = [
            f"{self.kills.total()} kills in {self.seconds:.0f} s: "
            + ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items())),
            f"recorded {self.recorded}, attempts {self.attempts} (outcome not known: "
            f"{self.lost_attempts}), requests proved {self.requests}, effects {self.effects}",
            "ended as: " + ", ".join(f"{state} {count}" for state, count in self.states.items()),
            ", ".join(f"{kind} {kinds[kind]}" for kind in ("lost", "doubled", "invented", "mixed up")),
            *self.problems[:20],
            *self.traces[:20],
        ]
        return "\n".join(lines)


class Storm:
    """One run.

    Args:
        folder: an empty one.
        seed: of who is killed, and when.
        on_kill: told how many there were.
    """

    def __init__(
        self, folder: Path, seed: int, on_kill: Callable[[int], None] = lambda _: None
    ) -> None:
        self._random = Random(seed)
        self._on_kill = on_kill
        self._folder = folder
        self._shop = Shop(folder)
        self._place = Place(folder, self._shop)
        self._place.rows()  # makes the tables: a migration has a case of its own
        (folder / "secret").write_text(SECRET)
        self._running: list[tuple[str, str, Child]] = []
        self._number = 0
        self._kills: Counter[str] = Counter()
        self._begun: set[str] = set()
        self._recorded: set[str] = set()
        self._told: dict[str, str] = {}
        self._traces: list[str] = []

    def run(self, kills: int) -> Outcome:
        """Kill that many processes, let a worker finish what is left, and judge."""
        began = time.monotonic()
        try:
            for number in range(1, kills + 1):
                self._fill_up()
                self._listen(self._random.uniform(0.0, 0.8))
                self._kill_one()
                self._on_kill(number)
        finally:
            for _, _, child in self._running:
                child.kill()
        for kind, key, child in self._running:
            self._bury(kind, key, child)
        self._place.recover()
        self._shop.process.kill()
        return self._judge(time.monotonic() - began)

    def _fill_up(self) -> None:
        """Start what does not run (any more)."""
        for kind, key, child in [one for one in self._running if not one[2].is_alive()]:
            self._running.remove((kind, key, child))
            self._bury(kind, key, child)
        if not self._shop.process.is_alive():
            self._shop.start()
        missing = Counter((*WORKERS, *SENDERS))
        missing.subtract(kind for kind, _, _ in self._running)
        for kind in missing.elements():
            self._number += 1
            key = f"{kind}-{self._number}"
            self._running.append((kind, key, self._start(kind, key)))

    def _start(self, kind: str, key: str) -> Child:
        database, url = self._place.database, self._shop.url
        if kind == "record":
            return Child(load.record, database, url, key)
        if kind == "send":
            return Child(load.send, database, url, key)
        if kind == "leased":
            return Child(load.work, database)
        words: tuple[str, ...] = ("--allow-loopback", "--database", database)
        if kind == "work":
            return Child(programs.command, str(self._folder), "work", *words)
        self._begun.add(key)
        data = json.dumps({"run": key})
        words += ("--secret-file", "secret", "--max-retries", str(programs.RETRIES), "--json")
        words += ("--retry-base", "50 ms", "--retry-cap", "500 ms")
        return Child(programs.command, str(self._folder), "send", url, "--data", data, *words)

    def _listen(self, seconds: float) -> None:
        """Take in what the processes say, for a while."""
        until = time.monotonic() + seconds
        speaking: dict[Any, Child] = {child.said: child for _, _, child in self._running}
        while speaking and (left := until - time.monotonic()) > 0:
            for said in connection.wait(speaking, left):
                if not self._hear(speaking[said]):
                    del speaking[said]

    def _hear(self, child: Child) -> bool:
        """Take in one thing; False where there will be no more."""
        try:
            what, key, *more = child.said.recv()
        except (EOFError, OSError):  # it was killed, perhaps in the middle of a word
            return False
        if what == "begun":
            self._begun.add(key)
        elif what == "recorded":
            self._recorded.add(key)
        else:
            self._told[key] = more[0]
        return True

    def _kill_one(self) -> None:
        kinds = sorted({kind for kind, _, child in self._running if child.is_alive()} | {"shop"})
        (kind,) = self._random.choices(kinds, [KILLED[kind] for kind in kinds])
        self._kills[kind] += 1
        if kind == "shop":
            self._shop.process.kill()
            self._note_traces(self._shop.process)
            return
        victims = [child for one, _, child in self._running if one == kind and child.is_alive()]
        self._random.choice(victims).kill()

    def _bury(self, kind: str, key: str, child: Child) -> None:
        """What a process said before it ended still counts."""
        code = child.end()
        while self._hear(child):
            pass
        if kind == "command" and code == 0:
            self._recorded.add(key)
            self._told[key] = "delivered"
        self._note_traces(child)
        with child:
            pass

    def _note_traces(self, child: Child) -> None:
        if any("Traceback" in line for line in child.lines):
            self._traces += child.lines

    def _judge(self, seconds: float) -> Outcome:
        with closing(sqlite3.connect(self._place.file)) as database:
            orders = {key for (key,) in database.execute("SELECT key FROM orders")}
            records = [
                json.loads(one)
                for (one,) in database.execute("SELECT record FROM hookproof_outbox_attempts")
            ]
        # An order and its message are one transaction: there are both, or neither.
        begun = {key for key in self._begun if not _is_ordered(key)} | orders
        history = self._place.history(begun, self._recorded | orders, **self._told)
        return Outcome(
            kills=self._kills,
            recorded=len(history.outbox),
            attempts=len(records),
            lost_attempts=sum(one.get("cause") == "lost" for one in records),
            requests=len(history.requests),
            effects=len(history.effects),
            states=Counter(row.state for row in history.outbox),
            seconds=seconds,
            problems=tuple(problems(history)),
            traces=tuple(self._traces),
        )


def _is_ordered(key: str) -> bool:
    kind, _, number = key.partition(".")
    return kind.startswith("record-") and int(number) % 5 == 1
