"""Receivers and workers under load, killed at random; then the checker."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.crash.children import Child
from tests.crash.receiver.history import KINDS, problems
from tests.crash.receiver.load import Load
from tests.crash.receiver.place import SERVERS, Place, Receiving

KILLED = {"receiver": 3, "front": 3, "worker": 2}
"""How often each kind is killed, as shares: a receiver with workers in it, one that leaves what it
acknowledged to others and has the last of the servers, and each of two `hookproof inbox work`."""

_WORDS = ("--log", "quiet", "--answer-within", "400 ms")
_LATE = 300  # retries that come when all is over


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a storm."""

    kills: Counter[str]
    """By kind."""
    statuses: Counter[int | None]
    """Of all requests; None where no answer came."""
    messages: int
    """Messages that were sent; each until it was acknowledged."""
    acknowledged: int
    """Answers that said 2xx."""
    kept: int
    """Of these, such as acknowledged what was not finished."""
    together: int
    """Effects in the transaction that marks their message."""
    elsewhere: int
    """Effects elsewhere."""
    repeated: int
    """Of these, such as were had before, under the same message id."""
    parked: int
    """Messages that always fail, and were given up in the end."""
    seconds: float
    """How long all of it took."""
    problems: tuple[str, ...]
    """What must not be."""
    traces: tuple[str, ...]
    """What a process printed that printed a traceback."""

    def __str__(self) -> str:
        kinds = Counter(one.partition(":")[0] for one in self.problems)
        statuses = sorted(self.statuses.items(), key=lambda one: one[0] or 0)
        lines = [
            f"{self.kills.total()} kills in {self.seconds:.0f} s: "
            + ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items())),
            f"messages {self.messages}, requests {self.statuses.total()} ("
            + ", ".join(f"{status or 'no answer'} {count}" for status, count in statuses)
            + f"), acknowledged {self.acknowledged} (not finished: {self.kept})",
            f"effects in the transaction {self.together}, elsewhere {self.elsewhere} (again, under the "
            f"same id: {self.repeated}), parked {self.parked}",
            ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS),
            *self.problems[:20],
            *self.traces[:20],
        ]
        return "\n".join(lines)


class Storm:
    """One run.

    Args:
        folder: an empty one.
        seed: of who is killed, and when, and of what is sent.
        on_kill: told how many there were.
    """

    def __init__(
        self, folder: Path, seed: int, on_kill: Callable[[int], None] = lambda _: None
    ) -> None:
        self._random = Random(seed)
        self._on_kill = on_kill
        self._place = Place(folder)
        self._receivers = {
            "receiver": Receiving(self._place, "ready", *_WORDS),
            "front": Receiving(
                self._place, "ready too", *_WORDS, "--workers", "0", "--server", SERVERS[-1]
            ),
        }
        self._workers: list[Child] = []
        self._load = Load([one.port for one in self._receivers.values()], seed)
        self._kills: Counter[str] = Counter()
        self._problems: list[str] = []
        self._traces: list[str] = []

    def run(self, kills: int) -> Outcome:
        """Kill that many processes under load, let all come to rest, stop what runs, and judge."""
        began = time.monotonic()
        try:
            self._fill_up()
            with self._load:
                for number in range(1, kills + 1):
                    time.sleep(self._random.uniform(0.0, 0.8))
                    self._kill_one()
                    self._fill_up()
                    self._on_kill(number)
            self._place.rest()
            self._load.again(_LATE)
            self._stop_all()
        finally:
            for child in self._running():
                child.kill()
        return self._judge(time.monotonic() - began)

    def _running(self) -> list[Child]:
        return [*(one.process for one in self._receivers.values()), *self._workers]

    def _fill_up(self) -> None:
        """Start what does not run (any more). It may be killed before it is ready."""
        for receiving in self._receivers.values():
            if not receiving.process.is_alive():
                self._bury(receiving.process)
                receiving.launch()
        for worker in [one for one in self._workers if not one.is_alive()]:
            self._workers.remove(worker)
            self._bury(worker)
        while len(self._workers) < 2:
            self._workers.append(self._place.worker())

    def _kill_one(self) -> None:
        (kind,) = self._random.choices(list(KILLED), list(KILLED.values()))
        receiving = self._receivers.get(kind)
        if receiving is None:
            self._random.choice(self._workers).kill()
        else:
            if self._random.random() < 0.5:  # what it says in this moment must hold already
                self._load.await_answer(receiving.port, timeout=1.0)
            receiving.process.kill()
        self._kills[kind] += 1

    def _stop_all(self) -> None:
        for child in self._running():
            child.signal(signal.SIGTERM)
        for child in self._running():
            if code := child.end():
                self._problems.append(f"stuck: a process that was told to stop ended with {code}")
            self._bury(child)

    def _bury(self, child: Child) -> None:
        child.end()
        if any("Traceback" in line for line in child.lines):
            self._traces += child.lines
        with child:
            pass

    def _judge(self, seconds: float) -> Outcome:
        load = self._load
        history = self._place.history(load.sent.keys(), load.acknowledged, alone=True)
        self._problems += [f"stuck: {key} was never acknowledged" for key in load.given_up]
        self._problems += problems(history)
        if (integrity := self._place.integrity()) != "ok":
            self._problems.append(f"lost: the database is broken: {integrity}")
        together = [one for one in history.effects if one.together]
        elsewhere = [one for one in history.effects if not one.together]
        return Outcome(
            kills=self._kills,
            statuses=load.statuses,
            messages=len(load.sent),
            acknowledged=len(history.acknowledged),
            kept=sum(one.body is None for one in history.acknowledged),
            together=len(together),
            elsewhere=len(elsewhere),
            repeated=len(elsewhere) - len(set(elsewhere)),
            parked=sum(row.state == "failed" for row in history.rows),
            seconds=seconds,
            problems=tuple(self._problems),
            traces=tuple(self._traces),
        )
