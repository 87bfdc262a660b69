"""Sending what is on record: many messages at once, one transaction for all that happened meanwhile."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random, SystemRandom

from hookproof.errors import CannotRun, HookproofError
from hookproof_runtime.database import (
    Busy,
    Connection,
    StorageError,
    cannot_use,
    empty_log,
    is_lasting,
    reading,
    writing,
)
from hookproof_runtime.logs import get_logger

from ..wire import Attempt, unmade
from .lanes import Lanes
from .leased import Leased, TakenOver
from .outbox import Outbox
from .store import leasing
from .store.marking import Mark, mark, mark_of
from .store.taking_up import LOST

AHEAD = 128
"""Messages of one endpoint that are leased before there is room for them."""

AHEAD_BYTES = 32 * 1024 * 1024
"""Bytes of the bodies of all that are leased and wait; one larger body is taken alone."""

LEASED = 2048
"""Messages of all endpoints that are leased and wait, at the most."""

_LOOKS_EVERY = 0.1  # seconds: how soon it is seen what other processes recorded
_GATHERS = 0.01  # seconds: what else ends in that time joins a transaction
_GIVES_UP = 10.0  # seconds that a worker that was stopped waits for its database
_log = get_logger(__name__)

Watcher = Callable[[Leased, Attempt], None]
"""Told of each attempt when it is on record."""


class Worker:
    """Sends what is due. `run` belongs to one thread, which alone writes; others make the attempts.

    Args:
        outbox: where messages are taken from.
        attempt: makes one attempt. What it raises is the attempt's own failure.
        in_flight: how many attempts there may be at once.
        per_endpoint: how many of them to one endpoint.
        rng: where delays come from.
        on_attempt: told of each attempt when it is on record; called in the thread of `run`.
    """

    def __init__(
        self,
        outbox: Outbox,
        attempt: Callable[[Leased], Attempt],
        *,
        in_flight: int = 32,
        per_endpoint: int = 8,
        rng: Random | None = None,
        on_attempt: Watcher | None = None,
    ) -> None:
        self._outbox = outbox
        self._make = attempt
        self._in_flight = in_flight
        self._rng = rng or SystemRandom()
        self._on_attempt = on_attempt
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)  # for threads: there is something to send
        self._news = threading.Condition(self._lock)  # for `run`: something happened
        self._lanes = Lanes(per_endpoint)
        self._over: list[tuple[Leased, Attempt]] = []
        self._unsent: list[Leased] = []  # leased, and to be given back
        self._held: dict[tuple[str, int], Leased] = {}  # what is leased, until its end is on record
        self._threads: list[threading.Thread] = []
        self._stopping = False
        self._ended = False
        self._look_at = 0.0  # monotonic: when to look for what is due
        self._hungry = False  # more was due than there was room for: look when something is over
        self._last = ""  # the endpoint that was taken from last
        self._renew_at = 0.0  # monotonic

    def run(self, *, until_done: bool = False) -> None:
        """Send what is due until `stop` is called; one that was stopped ends at once.

        Args:
            until_done: end, too, when nothing waits any more, now or later.

        Raises:
            HookproofError: the database cannot be used, or could not be when the last attempts were to
                be recorded: those are made again, with their GUID.
        """
        self._outbox.open()
        engine = self._outbox.engine
        failing_since: float | None = None
        over: list[tuple[Leased, Attempt]] = []
        with self._lock:
            self._ended, self._threads = False, []
        try:
            while True:
                over = self._gather()
                try:
                    self._turn(over)
                    if self._is_over(until_done):
                        return
                    failing_since = None
                except (Busy, StorageError) as error:
                    if isinstance(error, StorageError) and is_lasting(error):
                        raise cannot_use(engine, error) from error
                    failing_since = failing_since or time.monotonic()
                    self._hold_back(over, error)
                    engine.dispose()  # after an error of the disk, no connection is trusted
                    if self._stopping and time.monotonic() - failing_since > _GIVES_UP:
                        raise CannotRun(
                            f"{len(self._over)} attempts could not be recorded; they are made again, "
                            "with their GUID, when the database can be used"
                        ) from error
        except HookproofError:
            raise  # the database's: nothing more can be recorded
        except BaseException:
            self._record_the_rest(over)
            raise
        finally:
            with self._lock:
                self._ended = True
                self._lanes.drain()  # after an error: what cannot be recorded is not sent
                self._work.notify_all()
            for thread in self._threads:
                thread.join()
            # Where it cannot be done, what was removed stands in the log for longer.
            with contextlib.suppress(StorageError, sqlite3.Error):
                empty_log(engine)

    def stop(self) -> None:
        """Take nothing more; `run` returns when the attempts under way are over and on record."""
        with self._lock:
            self._stopping = True
            self._unsent += self._lanes.drain()
            self._news.notify()

    def _gather(self) -> list[tuple[Leased, Attempt]]:
        """Wait for something to do; the attempts that are over since."""
        with self._lock:
            while not (self._over or self._unsent):
                if self._stopping and not self._lanes.running:
                    break
                until = self._renew_at if self._stopping else min(self._look_at, self._renew_at)
                if (left := until - time.monotonic()) <= 0:
                    break
                self._news.wait(left)
            if self._over:
                self._news.wait_for(self._is_starved, _GATHERS)
            over, self._over = self._over, []
            return over

    def _is_starved(self) -> bool:
        return not self._lanes.total  # there is nothing to go on with until more is taken

    def _record_the_rest(self, over: list[tuple[Leased, Attempt]]) -> None:
        """Before an error ends the worker that is not the database's, such as a watcher's own."""
        self._on_attempt = None
        self.stop()
        with self._lock:
            self._over[:0] = over
        with contextlib.suppress(Busy, StorageError):
            while not self._is_over(until_done=False):
                self._turn(self._gather())

    def _turn(self, over: list[tuple[Leased, Attempt]]) -> None:
        """One transaction: what is over is recorded, leases are renewed, what is due is leased.

        What is recorded is taken out of `over`.
        """
        now = time.monotonic()
        looks = not self._stopping and (now >= self._look_at or (self._hungry and bool(over)))
        renews = now >= self._renew_at
        if not (over or self._unsent or (renews and self._held) or (looks and self._any_due())):
            if looks:
                self._look_at = now + _LOOKS_EVERY
            if renews:
                self._renew_at = now + self._outbox.lease / 3
            return
        marks = [mark_of(leased, attempt, self._rng) for leased, attempt in over]
        with self._lock:
            unsent, self._unsent = self._unsent, []
        taken: list[Leased] = []
        try:
            with writing(self._outbox.engine) as connection:
                now_ms = self._outbox.now_ms()
                lease_ms = now_ms + round(self._outbox.lease * 1000)
                lost = mark(connection, marks, now_ms=now_ms) if marks else []
                # Also where the wall clock was set forward: one's own are not given up for lost.
                if renews := renews or leasing.any_expired(connection, now_ms):
                    unsent += self._drain_if_late(now_ms)
                    leasing.renew(connection, self._held.values(), lease_ms)
                leasing.give_back(connection, unsent, now_ms)
                if looks:
                    marks += self._give_up_the_lost(connection, now_ms)
                    taken = self._take(connection, now_ms, lease_ms)
        except BaseException:
            with self._lock:
                self._unsent += unsent
            raise
        over.clear()
        with self._lock:
            for one in (*(mark.leased for mark in marks), *unsent):
                self._held.pop(_lease_of(one), None)
            if renews:
                self._renew_at = now + self._outbox.lease / 3
                self._held = {
                    lease: replace(one, lease_ms=lease_ms) for lease, one in self._held.items()
                }
            self._held |= {_lease_of(one): one for one in taken}
        pauses = [one.step.delay_s for one in marks if one.step.delay_s is not None]
        self._look_at = min([self._look_at, *(now + pause for pause in pauses)])
        if taken:
            self._hand_out(taken)
        for lost_one in lost:
            _log.warning("another process took this message over", message=lost_one.leased.id)
        if self._on_attempt:
            for done in marks:
                self._on_attempt(done.leased, done.attempt)

    def _any_due(self) -> bool:
        now_ms = self._outbox.now_ms()
        with reading(self._outbox.engine) as connection:
            waiting = leasing.endpoints(connection)
            return any(due_ms <= now_ms for _, due_ms in waiting) or leasing.any_expired(
                connection, now_ms
            )

    def _take(self, connection: Connection, now_ms: int, lease_ms: int) -> list[Leased]:
        """Lease what is due, as far as there is room, and say when to look again."""
        taken: list[Leased] = []
        due: list[str] = []
        pause_s = _LOOKS_EVERY
        for endpoint, due_ms in leasing.endpoints(connection):
            if due_ms <= now_ms:
                due.append(endpoint)
            else:
                pause_s = min(pause_s, (due_ms - now_ms) / 1000)
        self._look_at = time.monotonic() + pause_s
        self._hungry = bool(due)
        due.sort(key=lambda one: (one <= self._last, one))  # in turn: after whose turn it was last
        with self._lock:
            free = self._in_flight - self._lanes.demand
            total, left = self._lanes.total, AHEAD_BYTES - self._lanes.size
        for endpoint in due:
            with self._lock:
                waiting = self._lanes.waiting(endpoint)
                room = max(0, min(self._lanes.room(endpoint), free))
            goes_ahead = waiting < AHEAD // 2 and left > 0
            ahead = max(0, min(AHEAD - waiting, LEASED - total)) if goes_ahead else 0
            if room + ahead == 0:
                continue
            found = leasing.take(
                connection,
                endpoint,
                owner=self._outbox.owner,
                now_ms=now_ms,
                lease_ms=lease_ms,
                room=room,
                ahead=ahead,
                most_bytes=max(0, left),
            )
            self._last = endpoint if found else self._last
            free -= min(room, len(found))
            total += len(found)
            left -= sum(len(one.outgoing.body) for one in found)
            taken += found
        return taken

    def _give_up_the_lost(self, connection: Connection, now_ms: int) -> list[Mark]:
        """Move on what a process left in the middle of an attempt."""
        marks = [
            mark_of(leased, unmade(leased.number, now_ms, leased.guid_sent, "lost", LOST), self._rng)
            for leased in leasing.expired(connection, now_ms)
        ]
        if marks:
            mark(connection, marks, now_ms=now_ms)
        return marks

    def _drain_if_late(self, now_ms: int) -> list[Leased]:
        """What waits, if a lease ran out: another process may have it. The fence tells whose it is."""
        with self._lock:
            late = any(one.lease_ms <= now_ms for one in self._held.values())
            return self._lanes.drain() if late else []

    def _hand_out(self, taken: list[Leased]) -> None:
        with self._lock:
            if self._stopping:
                self._unsent += taken
                return
            self._lanes.add(taken)
            missing = min(self._lanes.demand, self._in_flight) - len(self._threads)
            self._work.notify(len(taken))
        for _ in range(missing):
            thread = threading.Thread(target=self._send, name="hookproof-work", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                if not self._threads:
                    raise CannotRun("no thread can be started: this computer has none left") from error
                _log.warning("no further thread can be started", threads=len(self._threads))
                return
            self._threads.append(thread)

    def _send(self) -> None:
        """What each thread does: one attempt after another."""
        while True:
            with self._lock:
                while (leased := self._lanes.take()) is None and not self._ended:
                    self._work.wait()
                if leased is None:
                    return
                leased = self._held[_lease_of(leased)]  # its lease may have been renewed meanwhile
                # Judged in one with the taking: a renewal drains what it comes too late for.
                holds = self._outbox.now_ms() < leased.lease_ms
            attempt = self._attempt(leased) if holds else None
            with self._lock:
                self._lanes.done(leased.endpoint)
                if attempt is None:
                    self._unsent.append(leased)
                else:
                    self._over.append((leased, attempt))
                if not self._lanes.total or len(self._over) == 1:
                    self._news.notify()

    def _attempt(self, leased: Leased) -> Attempt | None:
        """Make one; None where the lease ran out before anything was sent."""
        try:
            return self._make(leased)
        except TakenOver:
            return None
        except Exception as error:  # one message's trouble is not the others'
            sentence = f"the request could not be made ({type(error).__name__})"
            now_ms = self._outbox.now_ms()
            return unmade(leased.number, now_ms, leased.guid_sent, "local_failure", sentence)

    def _hold_back(self, over: list[tuple[Leased, Attempt]], error: Exception) -> None:
        """Send nothing that cannot be recorded; keep what is over for the next turn."""
        _log.error("the outbox cannot be written", error=str(error).partition("\n")[0])
        with self._lock:
            self._over[:0] = over
            self._unsent += self._lanes.drain()
            self._look_at = time.monotonic() + 1.0
            self._news.wait_for(lambda: False, 1.0)

    def _is_over(self, until_done: bool) -> bool:
        with self._lock:
            busy = self._lanes.running or self._lanes.total or self._over or self._unsent
        if busy:
            return False
        if self._stopping:
            return True
        if not until_done:
            return False
        with reading(self._outbox.engine) as connection:
            return not leasing.any_left(connection)


def _lease_of(leased: Leased) -> tuple[str, int]:
    return leased.id, leased.fence
