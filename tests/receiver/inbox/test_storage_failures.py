"""What cannot be written is not acknowledged, and is no worse off for the next attempt."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import pytest
from sqlalchemy import event
from tests.full_disk import Disk
from tests.receiver.inbox.shop import PATIENCE, Shop, endpoint, ship

from hookproof_receiver.inbox import Answer, Message
from hookproof_runtime.database import Connection

LARGE = b'{"order": "' + b"4" * 300_000 + b'"}'


class Faults:
    """Makes one statement or commit fail: the first, the second, …"""

    def __init__(self, shop: Shop) -> None:
        self._left: int | None = None
        faults = self

        class Cursor(sqlite3.Cursor):
            def execute(self, *statement: Any) -> Any:
                faults.count()
                return super().execute(*statement)

        class Failing(sqlite3.Connection):
            def cursor(self, _kind: Any = None) -> Any:
                return super().cursor(Cursor)

            def execute(self, *statement: Any) -> Any:
                faults.count()
                return super().execute(*statement)

            def commit(self) -> None:
                faults.count()
                super().commit()

        event.listen(shop.engine, "do_connect", lambda *words: words[3].update(factory=Failing))
        shop.engine.dispose()

    def fail(self, number: int) -> None:
        self._left = number

    def stop(self) -> bool:
        """Whether the fault came about."""
        left, self._left = self._left, None
        return left == 0

    def count(self) -> None:
        if self._left is None or threading.current_thread().name == "inbox worker":
            return
        self._left = max(0, self._left - 1)
        if self._left == 0:
            raise sqlite3.OperationalError("disk I/O error")


def test_a_message_that_cannot_be_kept_is_answered_503(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    disk = Disk(shop.engine)
    disk.full = True
    request = shop.request(LARGE)

    refused = inbox.accept(at, request)

    assert (503, "not_kept", True) == (refused.status, refused.code, bool(refused.retry_after_s))
    assert ([], [], []) == (inbox.messages(), inbox.deliveries(), shop.shipped())
    disk.full = False
    assert 201 == inbox.accept(at, shop.again(request)).status
    assert [LARGE] == shop.shipped()


def test_an_effect_that_cannot_be_written_is_a_failed_run(shop: Shop) -> None:
    Disk(shop.engine)  # puts the bound right again with the next connection

    def fill(message: Message, tx: Connection) -> Any:
        if message.attempt == 1:
            tx.exec_driver_sql("PRAGMA max_page_count = 1")
        return ship(message, tx)

    at = endpoint(fill)
    inbox = shop.open(at)

    failed = inbox.accept(at, shop.request(LARGE))

    assert (500, []) == (failed.status, shop.shipped())
    assert "OperationalError: database or disk is full" == inbox.messages()[0].error
    assert 201 == inbox.accept(at, shop.request(LARGE, "g")).status
    assert [LARGE] == shop.shipped()


def test_an_outcome_that_cannot_be_written_is_not_acknowledged_and_runs_again(shop: Shop) -> None:
    """An effect elsewhere whose mark is lost: at least once is what is promised for it."""
    disk = Disk(shop.engine)
    started, go = threading.Event(), threading.Event()
    calls: list[str] = []

    def elsewhere(message: Message) -> tuple[int, str]:
        calls.append(message.id)
        started.set()
        assert go.wait(PATIENCE)
        return 200, "x" * 300_000

    at = endpoint(elsewhere)
    inbox = shop.open(at)
    request = shop.request()
    answers: list[Answer] = []
    first = threading.Thread(target=lambda: answers.append(inbox.accept(at, request)))
    first.start()
    assert started.wait(PATIENCE)
    disk.full = True
    go.set()
    first.join(PATIENCE)

    assert [(503, "not_kept")] == [(one.status, one.code) for one in answers]
    disk.full = False
    retry = inbox.accept(at, shop.again(request))
    assert (200, False) == (retry.status, retry.duplicate)
    assert [answers[0].message_id] * 2 == calls


@pytest.mark.parametrize("attempts_before", [0, 1], ids=["a first attempt", "a retry of what failed"])
def test_a_fault_at_any_statement_costs_no_effect_and_doubles_none(
    shop: Shop, attempts_before: int
) -> None:
    """Each statement and commit between a request and its answer fails once, in a run of its own."""

    def handler(message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        if message.attempt <= attempts_before:
            raise RuntimeError("away")
        return answer

    at = endpoint(handler)
    inbox = shop.open(at)
    faults = Faults(shop)
    shipped: list[bytes] = []
    for number in range(1, 100):
        request = shop.request(f'{{"order": {number}}}'.encode())
        for _ in range(attempts_before):
            assert 500 == inbox.accept(at, shop.again(request)).status
        faults.fail(number)
        answer = inbox.accept(at, request)
        came_about = faults.stop()
        effects = shop.shipped()[len(shipped) :]
        assert ([request.body] if answer.status == 201 else []) == effects
        if answer.status != 201:
            assert answer.status in (500, 503)
            retry = inbox.accept(at, shop.again(request))
            while retry.status == 500:  # the fault hit before the handler had failed as it should
                retry = inbox.accept(at, shop.again(request))
            assert 201 == retry.status
        shipped.append(request.body)
        assert shipped == shop.shipped()
        if not came_about:
            break

    assert 10 < number < 99
