"""A worker whose database fails loses nothing, and goes on by itself once it can."""

from __future__ import annotations

import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from tests.full_disk import Disk
from tests.sender.outbox.made import Attempts, Running, all_in, outbox_in, task, until

from hookproof import CannotRun
from hookproof_runtime.database import writing
from hookproof_sender.outbox import Outbox, Worker, worker
from hookproof_sender.outbox.worker import AHEAD


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return outbox_in(tmp_path)


class Lock:
    """Another process, which holds the database for as long as the test likes."""

    def __init__(self, outbox: Outbox) -> None:
        self._connection = sqlite3.connect(
            str(outbox.engine.url.database), isolation_level=None, check_same_thread=False
        )

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *exception: object) -> None:
        self._connection.rollback()
        self._connection.close()


class Commits:
    """Makes a worker's commits fail, as a disk's error would, as often as a test says."""

    def __init__(self, outbox: Outbox) -> None:
        self.to_fail = 0
        event.listen(outbox.engine, "commit", self._on_commit)

    def _on_commit(self, _connection: object) -> None:
        if self.to_fail and threading.current_thread().name == Running.NAME:
            self.to_fail -= 1
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))


def numbers(attempts: Attempts) -> list[tuple[str, int]]:
    return sorted((one.id, one.number) for one in attempts.made)


@pytest.mark.rule("P-OUTBOX-12")
def test_a_locked_database_delays_and_loses_nothing(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "writing", partial(writing, wait=0.3))  # a span, which is 3 s
    ids = outbox.enqueue_all([task(1) for _ in range(50)])
    attempts = Attempts(lambda _: True)
    with Running(Worker(outbox, attempts, per_endpoint=2), attempts) as running:
        until(lambda: 2 == attempts.running)
        with Lock(outbox):
            attempts.go_on.set()
            time.sleep(0.5)
        until(lambda: all_in(outbox, "delivered"))

    assert [(one, 1) for one in sorted(ids)] == numbers(attempts)
    assert running.error is None


@pytest.mark.rule("P-OUTBOX-12")
def test_a_full_disk_delays_and_loses_nothing(outbox: Outbox) -> None:
    disk = Disk(outbox.engine)
    ids = outbox.enqueue_all([task(1, body="x" * 100_000) for _ in range(5)])
    attempts = Attempts(lambda _: True)
    with Running(Worker(outbox, attempts), attempts) as running:
        until(lambda: 5 == attempts.running)
        disk.full = True
        while more := _more(outbox):
            ids += more
        attempts.go_on.set()
        time.sleep(0.5)
        disk.full = False
        until(lambda: all_in(outbox, "delivered"))

    assert [(one, 1) for one in sorted(ids)] == numbers(attempts)
    assert running.error is None


def _more(outbox: Outbox) -> list[str]:
    """Record one more; none where the disk is full and no page is free."""
    try:
        return [outbox.enqueue(task(2, body="y" * 5_000))]
    except CannotRun:
        return []


@pytest.mark.parametrize("failures", [1, 2])
def test_a_commit_that_fails_leaves_no_message_in_nobodys_hands(outbox: Outbox, failures: int) -> None:
    ids = outbox.enqueue_all([task(1) for _ in range(2 * AHEAD)])
    commits = Commits(outbox)
    attempts = Attempts(lambda _: True)
    with Running(Worker(outbox, attempts, per_endpoint=2), attempts) as running:
        until(lambda: 2 == attempts.running)
        commits.to_fail = failures
        attempts.go_on.set()
        until(lambda: all_in(outbox, "delivered"))

    assert [(one, 1) for one in sorted(ids)] == numbers(attempts)
    assert running.error is None


def test_a_worker_that_is_stopped_waits_so_long_for_its_database_and_no_longer(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_GIVES_UP", 0.5)  # a span of time, which is 10 s
    monkeypatch.setattr(worker, "writing", partial(writing, wait=0.3))  # which is 3 s
    (one,) = outbox.enqueue_all([task(1)])
    attempts = Attempts(lambda _: True)
    with Running(stopped := Worker(outbox, attempts), attempts) as running:
        until(lambda: 1 == attempts.running)
        with Lock(outbox):
            stopped.stop()
            attempts.go_on.set()
            running.join()
    kept = outbox.show(one)

    assert isinstance(running.error, CannotRun)
    assert "made again" in str(running.error)
    assert kept is not None
    assert ("in_flight", ()) == (kept.state, kept.history), "its lease will run out, and it goes on"
