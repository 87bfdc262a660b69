"""A sender and a receiver, with a network between them that loses what it likes."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.contract.sending import quick, read_request, task
from tests.contract.shop import BODY, Ending, Held, Open, Shop, ship
from tests.receiver.bare_server import eventually
from tests.receiver.wire import PATIENCE, exchange
from tests.sender.peer import Connection, Peer

from hookproof_receiver import Message
from hookproof_sender import Attempt, Sender

LOST, CUT, WHOLE = "lost", "cut", "whole"


class Network:
    """A script for `Peer(at_once=…)`: hands requests on to a receiver, and not all of it comes through.

    Args:
        port: the receiver's.
        fates: of the requests, one after the other: `lost` before it arrives, its answer `cut` off,
            or `whole`.
    """

    def __init__(self, port: int, *fates: str) -> None:
        self._port = port
        self._fates = list(fates)

    def __call__(self, connection: Connection) -> None:
        request = read_request(connection.sock)
        fate = self._fates.pop(0)
        if fate == LOST:
            return
        response = exchange(self._port, request, expect=1).only
        if fate == WHOLE:
            lines = [f"HTTP/1.1 {response.status} -", *map(": ".join, response.headers.items()), "", ""]
            connection.send("\r\n".join(lines).encode("latin-1") + response.body)


def sender_of(shop: Shop, **options: Any) -> Sender:
    """Signs by the receiver's clock, which moves on between attempts."""
    return quick(clock=shop.clock, on_start=lambda _: shop.clock.advance(0.01), **options)


def test_a_message_is_delivered_once(shop: Shop) -> None:
    run = sender_of(shop).send(task(shop.url))

    assert ("delivered", [201]) == (run.outcome, [attempt.status for attempt in run.attempts])
    assert [BODY] == shop.effects()
    assert [message.id for message in shop.messages()] == [
        shop.query("SELECT message FROM effects")[0][0]
    ]


def test_two_runs_of_a_task_are_two_messages(shop: Shop) -> None:
    for _ in range(2):
        sender_of(shop).send(task(shop.url))

    assert [BODY, BODY] == shop.effects()


@pytest.mark.rule("P-GUID-1", "P-GUID-3", "P-RETRY-1", "P-ID-5", "P-ID-7", "P-ID-9", "P-ANS-6")
@pytest.mark.parametrize("identity", [None, "json:/order"], ids=["by GUID", "by a signed key"])
@pytest.mark.parametrize(
    "fates",
    [
        pytest.param([CUT, WHOLE], id="an answer"),
        pytest.param([LOST, WHOLE], id="a request"),
        pytest.param([CUT, CUT, LOST, WHOLE], id="two answers and a request"),
        pytest.param([LOST, CUT, WHOLE], id="a request and an answer"),
    ],
)
def test_whatever_is_lost_there_is_one_effect(
    open_shop: Open, fates: list[str], identity: str | None
) -> None:
    shop = open_shop(identity=identity)
    with Peer(at_once=Network(shop.port, *fates)) as peer:
        run = sender_of(shop).send(task(peer.url))
    (message,) = shop.messages()

    assert ("delivered", len(fates)) == (run.outcome, len(run.attempts))
    assert (201, b'{"shipped":"{\\"order\\": 4}"}') == (
        run.attempts[-1].status,
        run.attempts[-1].answer,
    )
    assert ([BODY], 1, run.guid) == (shop.effects(), message.attempts, message.guid)


@pytest.mark.rule("P-ID-11", "P-ANS-4")
def test_a_handler_that_fails_while_answers_are_lost_has_one_effect(open_shop: Open) -> None:
    shop = open_shop(Ending(RuntimeError("one"), RuntimeError("two"), None))
    with Peer(at_once=Network(shop.port, CUT, WHOLE, CUT, WHOLE)) as peer:
        run = sender_of(shop).send(task(peer.url))

    assert [None, 500, None, 201] == [attempt.status for attempt in run.attempts]
    assert ([BODY], 3) == (shop.effects(), shop.messages()[0].attempts)


@pytest.mark.rule("P-ID-10", "P-FAIL-3")
def test_a_sender_that_gives_up_too_early_finds_its_message_running(open_shop: Open) -> None:
    """Its retry waits for the run that the first attempt started."""
    held = Held()
    shop = open_shop(held)
    attempts: list[Attempt] = []
    sender = sender_of(shop, deadline=0.5, on_attempt=attempts.append)
    run: list[Any] = []
    sending = threading.Thread(target=lambda: run.append(sender.send(task(shop.url, maxRetries=20))))
    sending.start()
    eventually(lambda: len(attempts) >= 2)
    held.go.set()
    sending.join(PATIENCE)

    assert "delivered" == run[0].outcome
    assert {"timeout", None} == {attempt.cause for attempt in run[0].attempts}
    assert ([BODY], 1) == (shop.effects(), shop.messages()[0].attempts)


@pytest.mark.rule("P-ID-13", "P-ANS-5")
@pytest.mark.parametrize("fates", [[WHOLE], [CUT, WHOLE]], ids=["", "its answer was lost"])
def test_a_promise_ends_the_sending_and_the_receiver_finishes(
    open_shop: Open, fates: list[str]
) -> None:
    failed: list[str] = []

    def fail_once(message: Message, tx: Any) -> Any:
        if not failed:
            failed.append(message.id)
            raise RuntimeError("after the promise")
        return ship(message, tx)

    held = Held(fail_once)
    shop = open_shop(held, receiver={"answer_within": 0.2})
    with Peer(at_once=Network(shop.port, *fates)) as peer:
        run = sender_of(shop).send(task(peer.url))
    assert ("delivered", 200, b"") == (run.outcome, run.attempts[-1].status, run.attempts[-1].answer)
    assert [] == shop.effects()
    held.go.set()
    eventually(shop.has_finished)

    assert ([BODY], 2) == (shop.effects(), shop.messages()[0].attempts)


@pytest.mark.rule("P-RETRY-1", "P-ANS-9")
def test_a_busy_receiver_is_tried_again(open_shop: Open) -> None:
    held = Held()
    shop = open_shop(held, receiver={"running": 1})
    first = threading.Thread(target=lambda: sender_of(shop).send(task(shop.url, body="first")))
    first.start()
    assert held.started.wait(PATIENCE)

    def make_room(_attempt: Attempt) -> None:
        held.go.set()
        first.join(PATIENCE)

    run = sender_of(shop, on_attempt=make_room).send(task(shop.url))

    assert ("delivered", [503, 201]) == (run.outcome, [attempt.status for attempt in run.attempts])
    assert [b"first", BODY] == shop.effects()


@pytest.mark.rule("P-RETRY-8")
def test_a_test_is_a_message_like_any_other(shop: Shop) -> None:
    attempt = sender_of(shop).test(task(shop.url))

    assert (True, 201) == (attempt.succeeded, attempt.status)
    assert ([BODY], None) == (shop.effects(), shop.messages()[0].guid)
