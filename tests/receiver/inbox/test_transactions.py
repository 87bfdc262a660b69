"""The effect and the mark "done" are one transaction; every other ending leaves no effect."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.receiver.inbox.shop import PATIENCE, Shop, effects, endpoint, ship

from hookproof_receiver.inbox import Answer, Endpoint, Message, Rejected
from hookproof_runtime.database import Connection

BODY = b'{"order": 4}'


def returning(value: Any) -> Any:
    def handler(message: Message, tx: Connection) -> Any:
        ship(message, tx)
        return value

    return handler


def raising(error: BaseException) -> Any:
    def handler(message: Message, tx: Connection) -> Any:
        ship(message, tx)
        raise error

    return handler


def _commits(message: Message, tx: Connection) -> Any:
    ship(message, tx)
    tx.commit()


def _commits_in_a_block(message: Message, tx: Connection) -> Any:
    with tx.begin():
        ship(message, tx)


def _commits_and_hides_it(message: Message, tx: Connection) -> Any:
    ship(message, tx)
    try:
        tx.commit()
    except Exception:
        return 200


def _closes(message: Message, tx: Connection) -> Any:
    ship(message, tx)
    tx.close()


def _breaks_a_rule(message: Message, tx: Connection) -> Any:
    ship(message, tx)
    tx.exec_driver_sql("INSERT INTO nowhere VALUES (?)", (message.body,))


FAILED = [
    pytest.param(raising(RuntimeError("away")), 500, "RuntimeError: away", id="an exception"),
    pytest.param(raising(SystemExit(3)), 500, "SystemExit: 3", id="sys.exit"),
    pytest.param(raising(KeyboardInterrupt()), 500, "KeyboardInterrupt", id="an interrupt"),
    pytest.param(returning(503), 503, "the handler returned 503", id="a returned 503"),
    pytest.param(returning((502, "later")), 502, "the handler returned 502", id="a returned 502"),
    pytest.param(returning({"no": "status"}), 500, "TypeError: a handler", id="a bare object"),
    pytest.param(returning(True), 500, "TypeError: a handler", id="a bool"),
    pytest.param(returning(99), 500, "ValueError: a handler's status", id="no status"),
    pytest.param(returning((200, {1, 2})), 500, "TypeError: Object of type set", id="no JSON"),
    pytest.param(returning((200, float("nan"))), 500, "ValueError: Out of range", id="NaN"),
    pytest.param(
        raising(Rejected(404, {1})), 500, "TypeError: Object of type set", id="rejected, no JSON"
    ),
    pytest.param(_commits, 500, "CommittedByBorrower: ", id="a commit"),
    pytest.param(_commits_in_a_block, 500, "CommittedByBorrower: ", id="a commit by a block"),
    pytest.param(_commits_and_hides_it, 500, "PendingRollbackError: ", id="a commit, hidden"),
    pytest.param(_closes, 500, "ResourceClosedError: ", id="a closed connection"),
    pytest.param(_breaks_a_rule, 500, "OperationalError: no such table: nowhere", id="bad SQL"),
]


@pytest.mark.parametrize(("handler", "status", "error"), FAILED)
def test_what_fails_has_no_effect_and_runs_again(
    shop: Shop, handler: Any, status: int, error: str
) -> None:
    at = endpoint(handler)
    inbox = shop.open(at)

    answer = inbox.accept(at, shop.request())

    (message,) = inbox.messages()
    assert (status, "failed", []) == (answer.status, message.state, shop.shipped())
    assert (message.error or "").startswith(error)
    assert "order" not in (message.error or "")
    inbox.close()
    mended = endpoint()
    assert 201 == shop.open(mended).accept(mended, shop.request(guid="g")).status
    assert [BODY] == shop.shipped()


@pytest.mark.parametrize(
    ("handler", "status", "body"),
    [
        pytest.param(raising(Rejected(404)), 404, b"", id="Rejected"),
        pytest.param(
            raising(Rejected(410, {"gone": True})), 410, b'{"gone":true}', id="Rejected, a body"
        ),
        pytest.param(returning(302), 302, b"", id="a returned 302"),
        pytest.param(returning((409, "taken")), 409, b"taken", id="a returned 409"),
    ],
)
def test_what_no_retry_can_mend_has_no_effect_and_one_answer(
    shop: Shop, handler: Any, status: int, body: bytes
) -> None:
    at = endpoint(handler)
    inbox = shop.open(at)

    first = inbox.accept(at, shop.request())
    retry = inbox.accept(at, shop.request(guid="g"))

    code = "rejected" if status >= 400 and not body else None
    assert [(status, body, code)] * 2 == [(one.status, one.body, one.code) for one in (first, retry)]
    assert [False, True] == [first.duplicate, retry.duplicate]
    assert [(1, "rejected")] == [(one.attempts, one.state) for one in inbox.messages()]
    assert [] == shop.shipped()


@pytest.mark.parametrize(
    ("value", "status", "body", "content_type"),
    [
        pytest.param(None, 200, b"", "application/json", id="nothing"),
        pytest.param(204, 204, b"", "application/json", id="a status"),
        pytest.param((201, {"a": [1]}), 201, b'{"a":[1]}', "application/json", id="JSON"),
        pytest.param((200, "é"), 200, "é".encode(), "text/plain; charset=utf-8", id="text"),
        pytest.param((200, b"\xff"), 200, b"\xff", "application/octet-stream", id="bytes"),
        pytest.param((200, None), 200, b"", "application/json", id="a status and nothing"),
        pytest.param((None, "x"), 200, b"x", "text/plain; charset=utf-8", id="only a body"),
    ],
)
def test_what_a_handler_returns_is_answered_and_kept(
    shop: Shop, value: Any, status: int, body: bytes, content_type: str
) -> None:
    at = endpoint(returning(value))
    inbox = shop.open(at)

    answers = [inbox.accept(at, shop.request()), inbox.accept(at, shop.request(guid="g"))]

    assert [(status, body, content_type)] * 2 == [
        (one.status, one.body, one.content_type) for one in answers
    ]
    assert [BODY] == shop.shipped()


def test_a_handler_may_roll_back_and_begin_anew(shop: Shop) -> None:
    def handler(message: Message, tx: Connection) -> None:
        ship(message, tx)
        tx.rollback()
        tx.execute(effects.insert().values(message=message.id, body=b"the second"))

    at = endpoint(handler)

    assert 200 == shop.open(at).accept(at, shop.request()).status
    assert [b"the second"] == shop.shipped()


def test_a_savepoint_may_fail_without_the_rest(shop: Shop) -> None:
    def handler(message: Message, tx: Connection) -> None:
        ship(message, tx)
        with pytest.raises(ZeroDivisionError), tx.begin_nested():
            ship(message, tx)
            1 / 0  # noqa: B018

    at = endpoint(handler)

    assert 200 == shop.open(at).accept(at, shop.request()).status
    assert [BODY] == shop.shipped()


def test_slow_work_before_the_first_statement_blocks_nobody(shop: Shop) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(message: Message, tx: Connection) -> Any:
        if message.json()["order"] == 4:
            started.set()
            assert go.wait(PATIENCE)
        return ship(message, tx)

    at = endpoint(slow)
    inbox = shop.open(at)
    answers: list[Answer] = []
    first = threading.Thread(target=lambda: answers.append(inbox.accept(at, shop.request())))
    first.start()
    assert started.wait(PATIENCE)

    assert 201 == inbox.accept(at, shop.request(b'{"order": 5}')).status
    go.set()
    first.join(PATIENCE)

    assert [201] == [answer.status for answer in answers]
    assert [b'{"order": 5}', BODY] == shop.shipped()


def test_handlers_that_hold_the_lock_take_turns(shop: Shop) -> None:
    """More of them at once than one keep would wait for."""

    def holding(message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        threading.Event().wait(0.02)
        return answer

    at = endpoint(holding)
    inbox = shop.open(at)
    requests = [shop.request(f'{{"order": {number}}}'.encode()) for number in range(20)]
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda one=one: answers.append(inbox.accept(at, one)))
        for one in requests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert [201] * 20 == [answer.status for answer in answers]
    assert 20 == len(shop.shipped())


def test_without_a_handler_a_message_is_kept_and_shown(shop: Shop) -> None:
    at = Endpoint("/hooks/orders")
    inbox = shop.open(at)

    first = inbox.accept(at, shop.request())
    retry = inbox.accept(at, shop.request(guid="g"))

    assert [(200, True, False), (200, True, True)] == [
        (one.status, one.kept, one.duplicate) for one in (first, retry)
    ]
    (message,) = inbox.messages()
    assert ("kept", 0, len(BODY)) == (message.state, message.attempts, message.size)


def test_a_failed_message_whose_handler_was_taken_away_is_done_by_being_kept(shop: Shop) -> None:
    at = endpoint(raising(RuntimeError("away")))
    inbox = shop.open(at)
    assert 500 == inbox.accept(at, shop.request()).status
    inbox.close()
    bare = Endpoint(at.path)

    assert 200 == shop.open(bare).accept(bare, shop.request(guid="g")).status
