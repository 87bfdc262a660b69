"""Removing what is old, so that nobody who keeps something waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, NamedTuple

from hookproof.clock import Clock
from hookproof_runtime.database import Connection, Engine, reading, writing

from .kept import ALL, Filters
from .retention import FINISHED, REMOVABLE, Cutoffs, Retention
from .store import pruning

_MOST = 200  # rows that one transaction removes
_MOST_BYTES = 2 * 1024**2  # bytes of bodies; of one larger body, all
_WAITS = 30.0  # seconds for the database's turn
_RESTS = 3  # times as long as it held the turn: SQLite lets other processes wait by chance
_RESTS_AT_LEAST = 0.02  # seconds


class Removed(NamedTuple):
    """One thing that was removed, or would be."""

    what: Literal["body", "message", "apart"]
    id: str
    """`msg_…`; for what was kept apart, `dlv_…`."""
    size: int
    """Bytes of the body that went."""


@dataclass(slots=True)
class Pruned:
    """What was removed."""

    bodies: int = 0
    messages: int = 0
    apart: int = 0
    """Requests that were kept apart."""
    size: int = 0
    """Bytes of all their bodies."""

    def count(self, removed: Removed) -> None:
        """Count one thing more."""
        if removed.what == "body":
            self.bodies += 1
        elif removed.what == "message":
            self.messages += 1
        else:
            self.apart += 1
        self.size += removed.size


class Pruner:
    """Removes what is old from the inbox of a database. The receiver has one run once an hour.

    Args:
        engine: a prepared engine whose schema is up to date.
        clock: the wall clock.
        retention: what is old.
    """

    def __init__(self, engine: Engine, clock: Clock, retention: Retention) -> None:
        self._engine = engine
        self._clock = clock
        self._retention = retention
        self._rest = threading.Event()

    def run_once(self, stopping: Callable[[], bool] = lambda: False) -> Pruned:
        """Remove all that is old now: of finished messages, and of what was kept apart.

        It holds the database's turn for some milliseconds at a time, and rests for longer between.

        Args:
            stopping: asked after each piece: True ends it, and the rest is done the next time.

        Raises:
            Busy: the turn did not come for 30 s.
            StorageError: something could not be removed.
        """
        pruned = Pruned()
        for removed in self._removing(ALL, apart=True, dry_run=False, stopping=stopping):
            pruned.count(removed)
            if stopping():
                break
        return pruned

    def removing(
        self, filters: Filters = ALL, *, apart: bool = True, dry_run: bool = False
    ) -> Iterator[Removed]:
        """Remove what is old, thing by thing: each is gone when it is given.

        Args:
            filters: of which messages; where they name no state, of those that are finished. What is
                not finished goes whole or not at all: a body is what its retry runs.
            apart: also what was kept apart.
            dry_run: remove nothing, and give what would be removed.

        Raises:
            Busy, StorageError: as for `run_once`.
        """
        return self._removing(filters, apart=apart, dry_run=dry_run, stopping=lambda: False)

    def _removing(
        self, filters: Filters, *, apart: bool, dry_run: bool, stopping: Callable[[], bool]
    ) -> Iterator[Removed]:
        cutoffs = self._retention.cutoffs(self._clock() // 1_000_000)
        removable = tuple(name for name in filters.states or FINISHED if name in REMOVABLE)
        finished = tuple(name for name in removable if name in FINISHED)
        meant = replace(filters, states=removable)
        told: set[str] = set()
        steps = [self._whole(meant, cutoffs, dry_run)] if removable else []
        if finished:
            steps.append(self._bodies(replace(filters, states=finished), cutoffs, dry_run))
        if apart:
            steps.append(self._apart(cutoffs, dry_run, stopping))
        for removed in chain.from_iterable(steps):
            if removed.id not in told:
                yield removed
            if dry_run and removed.what == "message":
                told.add(removed.id)  # a message that would go with its body is told of once

    def _whole(self, filters: Filters, cutoffs: Cutoffs, dry_run: bool) -> Iterator[Removed]:
        after = ""
        while True:
            with reading(self._engine) as connection:
                found = pruning.whole(
                    connection,
                    filters,
                    cutoffs.messages_ms,
                    cutoffs.requests_ms,
                    after=after,
                    limit=_MOST,
                )
            if not found:
                return
            after = found[-1][0]
            for piece in _pieces(found):
                yield from self._remove_whole(piece, filters, cutoffs, dry_run)

    def _remove_whole(
        self, piece: list[tuple[str, int, int]], filters: Filters, cutoffs: Cutoffs, dry_run: bool
    ) -> Iterator[Removed]:
        sizes = {one: size for one, size, _ in piece}
        if dry_run:
            yield from (Removed("message", one, size) for one, size in sizes.items())
            return
        for one, _, requests in piece:
            for _ in range(requests // _MOST):
                with self._turn() as connection:
                    pruning.remove_requests(connection, one, _MOST)
        with self._turn() as connection:
            gone = pruning.remove_whole(
                connection, sizes, filters, cutoffs.messages_ms, cutoffs.requests_ms
            )
        yield from (Removed("message", one, sizes[one]) for one in gone)

    def _bodies(self, filters: Filters, cutoffs: Cutoffs, dry_run: bool) -> Iterator[Removed]:
        after = ""
        while True:
            with reading(self._engine) as connection:
                found = pruning.bodies(connection, filters, cutoffs.bodies_ms, after=after, limit=_MOST)
            if not found:
                return
            after = found[-1][0]
            for piece in _pieces([(one, size, 1) for one, size in found]):
                gone = [(one, size) for one, size, _ in piece]
                if not dry_run:
                    with self._turn() as connection:
                        ids = [one for one, _ in gone]
                        gone = pruning.remove_bodies(connection, ids, filters, cutoffs.bodies_ms)
                yield from (Removed("body", one, size) for one, size in gone)

    def _apart(
        self, cutoffs: Cutoffs, dry_run: bool, stopping: Callable[[], bool]
    ) -> Iterator[Removed]:
        after = ""
        while True:
            with reading(self._engine) as connection:
                found = pruning.kept_apart(connection, cutoffs.apart_ms, after=after, limit=_MOST)
            if not found:
                break
            after = found[-1][0]
            for piece in _pieces([(one, size, 1) for one, size in found]):
                if not dry_run:
                    with self._turn() as connection:
                        pruning.remove_apart(connection, [one for one, _, _ in piece])
                yield from (Removed("apart", one, size) for one, size, _ in piece)
        while not (dry_run or stopping()):
            with self._turn() as connection:
                count = pruning.remove_alone(connection, cutoffs.apart_ms, _MOST)
            if count < _MOST:
                return

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        """A transaction, and then a rest in which others have their turn."""
        with writing(self._engine, wait=_WAITS) as connection:
            began = time.monotonic()
            yield connection
        self._rest.wait(max(_RESTS_AT_LEAST, _RESTS * (time.monotonic() - began)))


def _pieces(found: list[tuple[str, int, int]]) -> Iterator[list[tuple[str, int, int]]]:
    """What one transaction removes each: some rows, and some bytes of bodies."""
    piece: list[tuple[str, int, int]] = []
    rows = size = 0
    for one in found:
        if piece and (rows + one[2] > _MOST or size + one[1] > _MOST_BYTES):
            yield piece
            piece, rows, size = [], 0, 0
        piece.append(one)
        rows, size = rows + one[2], size + one[1]
    if piece:
        yield piece
