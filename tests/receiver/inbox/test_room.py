"""Handlers that run and requests that wait are counted together; over the cap the answer is 503."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, event
from tests.receiver.inbox.shop import PATH, PATIENCE, Shop, endpoint, eventually
from tests.receiver.inbox.test_promise import SOON, Slow

from hookproof_receiver.inbox import Answer, Endpoint, Inbox, Message
from hookproof_receiver.inbox.capacity import Room
from hookproof_runtime.database import Connection, StorageError, connections


def test_a_handler_past_its_time_still_takes_room(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON, running=1)
    assert inbox.accept(at, shop.request()).kept

    refused = inbox.accept(at, shop.request(b'{"order": 5}'))

    assert (503, "busy", True) == (refused.status, refused.code, bool(refused.retry_after_s))
    assert 1 == len(inbox.messages())
    slow.go.set()
    assert eventually(lambda: inbox.accept(at, shop.request(b'{"order": 5}')).status == 201)


def test_what_needs_no_handler_is_answered_without_room(shop: Shop) -> None:
    done, shown, slow = endpoint(path="/hooks/done"), Endpoint("/hooks/shown"), Slow()
    at = endpoint(slow)
    inbox = shop.open(at, done, shown, answer_within=SOON, running=1)
    finished, stuck = shop.request(), shop.request()
    assert 201 == shop.open(done).accept(done, finished).status  # by one with time for it
    assert inbox.accept(at, stuck).kept

    assert inbox.accept(done, shop.again(finished)).duplicate
    assert inbox.accept(at, shop.again(stuck)).kept
    assert inbox.accept(shown, shop.request()).kept
    slow.go.set()


def test_a_waiting_duplicate_takes_room(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    inbox = shop.open(at, running=2)
    request = shop.request()
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(inbox.accept(at, shop.again(request))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()

    assert eventually(lambda: len(answers) == 1)  # the one too many, whichever it is
    assert slow.started.wait(PATIENCE)
    slow.go.set()
    for thread in threads:
        thread.join(PATIENCE)

    assert [201, 201, 503] == sorted(answer.status for answer in answers)


def test_refusing_for_want_of_room_waits_for_no_lock(shop: Shop) -> None:
    """Where the last room is a handler's that holds the database, there is nothing to wait for."""
    holds, go = threading.Event(), threading.Event()

    def hold(message: Message, tx: Connection) -> None:
        tx.exec_driver_sql("SELECT 1")
        holds.set()
        assert go.wait(PATIENCE)

    at = endpoint(hold)
    inbox = shop.open(at, running=1)
    first = threading.Thread(target=lambda: inbox.accept(at, shop.request()))
    first.start()
    assert holds.wait(PATIENCE)
    answers: list[Answer] = []
    second = threading.Thread(
        target=lambda: answers.append(inbox.accept(at, shop.request(b'{"order": 5}')))
    )
    second.start()
    second.join(1.5)  # half of what the lock would be waited for

    assert [503] == [answer.status for answer in answers]
    go.set()
    first.join(PATIENCE)


def test_a_slot_is_given_back_once() -> None:
    room = Room(1, [])
    slot = room.take(PATH)
    assert slot is not None
    assert room.take(PATH) is None

    slot.release()
    slot.release()

    assert room.take(PATH) is not None
    assert room.take(PATH) is None


def test_an_endpoint_has_no_more_than_its_own_limit() -> None:
    room = Room(3, [endpoint(running=1), endpoint(path="/hooks/returns")])
    slot = room.take(PATH)
    assert slot is not None

    assert room.take(PATH) is None
    assert room.take_for_worker(PATH) is None
    assert room.take("/hooks/returns") is not None
    slot.release()
    assert room.take_for_worker(PATH) is not None


def test_closing_hands_out_no_more_and_waits_for_all() -> None:
    room = Room(2, [])
    slot = room.take(PATH)
    assert slot is not None

    assert not room.close(timeout=0.01)
    assert room.take(PATH) is None
    slot.release()
    assert room.close(timeout=0.01)


def test_handlers_leave_connections_of_an_applications_engine_to_those_who_answer(shop: Shop) -> None:
    """Else a request would wait for one for 30 s, and its sender be gone."""
    engine = create_engine(shop.url, pool_size=3, max_overflow=1)
    slow = Slow()
    at = endpoint(slow)
    inbox = Inbox(engine, [at], answer_within=SOON)
    inbox.start()
    kept = [inbox.accept(at, shop.request(b"%d" % number)).kept for number in range(2)]
    refused = inbox.accept(at, shop.request(b"2"))

    assert [True, True] == kept
    assert (503, "busy") == (refused.status, refused.code)
    slow.go.set()
    assert inbox.close(PATIENCE)
    engine.dispose()


@pytest.mark.parametrize(
    ("options", "room"),
    [
        pytest.param({}, 15, id="the default"),
        pytest.param({"max_overflow": -1}, None, id="without bound"),
        pytest.param({"pool_size": 0}, None, id="of any size"),
        pytest.param({"poolclass": NullPool}, None, id="without a pool"),
    ],
)
def test_an_engines_connections_are_counted(
    shop: Shop, options: dict[str, Any], room: int | None
) -> None:
    engine = create_engine(shop.url, **options)

    assert room == connections(engine)
    engine.dispose()


def test_a_claim_that_cannot_be_written_keeps_no_room(shop: Shop) -> None:
    at = endpoint(mode="inbox", running=1)
    inbox = shop.open(at, workers=0)
    assert inbox.accept(at, shop.request()).kept

    def fail(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE hookproof_messages"):
            raise sqlite3.OperationalError("database or disk is full")

    event.listen(shop.engine, "before_cursor_execute", fail)
    with pytest.raises(StorageError, match="disk is full"):
        inbox.run_due()
    event.remove(shop.engine, "before_cursor_execute", fail)

    assert 1 == inbox.run_due()
