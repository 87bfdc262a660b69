"""Messages in one line, attempts without a network, and a way to wait for what threads do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from hookproof.testing import SECRET
from hookproof_runtime.database import writing
from hookproof_sender import Attempt, HttpTask
from hookproof_sender.outbox import Filters, Leased, Outbox, Terms, Worker
from hookproof_sender.outbox.store import leasing
from hookproof_sender.outbox.store.marking import Mark, mark, mark_of
from hookproof_sender.wire import Cause, Outgoing, unmade

PATIENCE = 20.0
"""Seconds after which a test gives up: against hanging, not a measurement."""

TOKEN = "a-token-of-the-task"
"""Stands in a header, so that a test can look where it is left."""


def task(port: int = 1, **keys: Any) -> HttpTask:
    """A signed POST to a port of this machine, with a token; its URL is its endpoint's alone."""
    record = {
        "method": "post",
        "url": f"http://127.0.0.1:{port}/hooks",
        "body": "{}",
        "headers": {"Authorization": f"Bearer {TOKEN}"},
        "secretKey": SECRET,
    }
    return HttpTask.model_validate(record | keys)


def outbox_in(folder: Path, **options: Any) -> Outbox:
    """An outbox of a file in this folder."""
    return Outbox(f"sqlite:///{folder / 'outbox.db'}", **options)


def leased(endpoint: str = "http://a", **fields: Any) -> Leased:
    """A message as a worker holds it, of no database."""
    outgoing = Outgoing("test", "POST", endpoint + "/", max_retries=fields.pop("max_retries", 3))
    known: dict[str, Any] = {
        "id": "msg_1", "outgoing": outgoing, "places": (), "terms": Terms(), "guid": "guid",
        "number": 1, "allowed": 4, "fence": 1, "lease_ms": 0,
    }  # fmt: skip
    return Leased(**known | fields)


def ended(one: Leased, status: int | None = 200, cause: Cause | None = None, **fields: Any) -> Attempt:
    """How an attempt of a message may have gone."""
    known: dict[str, Any] = {
        "number": one.number, "started_ns": 0, "duration_s": 0.0, "status": status, "cause": cause,
        "sentence": "", "guid": one.guid_sent, "signed": True, "loopback_allowed": True,
        "tls_verified": None,
    }  # fmt: skip
    return Attempt(**known | fields)


def take(outbox: Outbox, **options: Any) -> list[Leased]:
    """Lease what is due at the first endpoint, as a worker does."""
    now_ms = outbox.now_ms()
    known: dict[str, Any] = {
        "owner": outbox.owner, "now_ms": now_ms, "lease_ms": now_ms + round(outbox.lease * 1000),
        "room": 100, "ahead": 0, "most_bytes": 1 << 30,
    }  # fmt: skip
    with writing(outbox.engine) as connection:
        for endpoint, _ in leasing.endpoints(connection)[:1]:
            return leasing.take(connection, **{"endpoint": endpoint} | known | options)
    return []


def record(outbox: Outbox, *attempts: tuple[Leased, Attempt], rng: Random | None = None) -> list[Mark]:
    """Put attempts on record, as a worker does; those whose message is another's."""
    marks = [mark_of(one, attempt, rng or Random(1)) for one, attempt in attempts]
    with writing(outbox.engine) as connection:
        return mark(connection, marks, now_ms=outbox.now_ms())


def give_up_the_lost(outbox: Outbox) -> list[Leased]:
    """Move on what a process left in the middle of an attempt, as a worker does."""
    with writing(outbox.engine) as connection:
        lost = leasing.expired(connection, outbox.now_ms())
        marks = [
            mark_of(one, unmade(one.number, outbox.now_ms(), one.guid_sent, "lost", ""), Random(1))
            for one in lost
        ]
        if marks:
            mark(connection, marks, now_ms=outbox.now_ms())
    return lost


def state_of(outbox: Outbox, message_id: str) -> str:
    """Where a message stands."""
    kept = outbox.show(message_id)
    return kept.state if kept else "gone"


def all_in(outbox: Outbox, state: Any) -> bool:
    """Whether every message is in this state."""
    return set(outbox.counts()) == {state}


def of_id(message_id: str) -> Filters:
    """This message alone."""
    return Filters(ids=(message_id,))


class Attempts:
    """Makes attempts without a network: counts them, and holds back those that a test names."""

    def __init__(self, holds: Callable[[Leased], bool] = lambda _: False, status: int = 200) -> None:
        self.made: list[Leased] = []
        self.most = 0
        self.most_of_one = 0
        self.go_on = threading.Event()
        self._holds = holds
        self._status = status
        self._lock = threading.Lock()
        self._running: list[str] = []

    def __call__(self, one: Leased) -> Attempt:
        with self._lock:
            self.made.append(one)
            self._running.append(one.endpoint)
            self.most = max(self.most, len(self._running))
            self.most_of_one = max(self.most_of_one, self._running.count(one.endpoint))
        if self._holds(one):
            self.go_on.wait(PATIENCE)
        with self._lock:
            self._running.remove(one.endpoint)
        return ended(one, self._status)

    @property
    def running(self) -> int:
        """How many are under way."""
        return len(self._running)


class Running:
    """A worker in a thread of its own. It is stopped at the end, and what `run` raised is kept.

    Args:
        worker: what to run.
        attempts: held-back attempts are let go on at the end.
    """

    NAME = "worker"
    """Of the thread."""

    def __init__(self, worker: Worker, attempts: Attempts | None = None, *, until_done: bool = False):
        self.worker = worker
        self.error: BaseException | None = None
        self._attempts = attempts
        self._thread = threading.Thread(target=self._run, name=self.NAME, args=(until_done,))

    def __enter__(self) -> Running:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._attempts:
            self._attempts.go_on.set()
        self.worker.stop()
        self.join()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the worker does not end"

    @property
    def is_over(self) -> bool:
        """Whether `run` returned."""
        return not self._thread.is_alive()

    def _run(self, until_done: bool) -> None:
        try:
            self.worker.run(until_done=until_done)
        except BaseException as error:
            self.error = error


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for what threads or another process will do; AssertionError where they do not."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not come about"
        threading.Event().wait(0.005)
