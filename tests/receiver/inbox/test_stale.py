"""Authentic and outside the tolerance: 401, kept apart once, unless the message is known."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.receiver.inbox.shop import Shop, endpoint, ship

from hookproof_receiver.inbox import Arrival, Message
from hookproof_runtime.database import Connection, reading

BODY = b'{"order": 4}'
HOUR = 3600


def apart(shop: Shop) -> list[tuple[str, bytes]]:
    with reading(shop.engine) as connection:
        rows = connection.execute(text("SELECT delivery_id, body FROM hookproof_apart ORDER BY 1"))
        return [(row.delivery_id, row.body) for row in rows]


def late(shop: Shop, request: Arrival, guid: str | None = None) -> Arrival:
    """The same signed bytes an hour later."""
    shop.clock.advance(HOUR)
    return shop.again(request, guid)


@pytest.mark.parametrize(
    ("moved", "code"),
    [pytest.param(HOUR, "too_old", id="too old"), pytest.param(-HOUR, "too_new", id="too new")],
)
def test_what_is_stale_and_unknown_is_kept_apart_once(shop: Shop, moved: int, code: str) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request()
    shop.clock.advance(moved)
    first, second = shop.again(request, "g"), shop.again(request)

    answers = [inbox.accept(at, first), inbox.accept(at, second)]

    assert [(401, code, None)] * 2 == [(one.status, one.code, one.message_id) for one in answers]
    assert [(first.id, BODY)] == apart(shop)
    assert ([], []) == (inbox.messages(), shop.shipped())
    assert [("stale", 401)] * 2 == [(one.verdict, one.status) for one in inbox.deliveries()]
    shop.clock.advance(-moved)
    assert 201 == inbox.accept(at, shop.request(b'{"order": 5}', "g")).status  # nothing was bound


def test_what_is_known_and_done_is_answered_however_late(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request()
    inbox.accept(at, request)

    answer = inbox.accept(at, late(shop, request))

    assert (201, True) == (answer.status, answer.duplicate)
    assert [] == apart(shop)


def test_what_is_known_and_failed_is_not_run_late(shop: Shop) -> None:
    def fail(message: Message, tx: Connection) -> None:
        ship(message, tx)
        raise RuntimeError("away")

    at = endpoint(fail)
    inbox = shop.open(at)
    request = shop.request()
    failed = inbox.accept(at, request)

    answer = inbox.accept(at, late(shop, request))

    assert (401, "too_old", failed.message_id) == (answer.status, answer.code, answer.message_id)
    assert [BODY] == [body for _, body in apart(shop)]
    assert [1] == [message.attempts for message in inbox.messages()]


def test_a_stale_request_is_never_linked(shop: Shop) -> None:
    at = endpoint(link_window_s=10 * HOUR)
    inbox = shop.open(at)
    inbox.accept(at, shop.request())
    unseen = shop.request()

    answer = inbox.accept(at, late(shop, unseen, "g"))

    assert (401, None) == (answer.status, answer.message_id)


def test_a_stale_retry_of_a_finished_message_binds_nothing(shop: Shop) -> None:
    """Or somebody could hide an authentic message behind the GUID of another."""
    at = endpoint(link="off")
    inbox = shop.open(at)
    hidden = shop.request(b'{"order": 5}')
    shop.clock.advance(HOUR)
    inbox.accept(at, shop.request(guid="g"))
    assert inbox.accept(at, shop.again(hidden, "g")).duplicate
    shop.clock.advance(-HOUR)

    answer = inbox.accept(at, shop.again(hidden))

    assert (201, False) == (answer.status, answer.duplicate)
    assert [BODY, b'{"order": 5}'] == shop.shipped()


@pytest.mark.parametrize(
    ("window", "waited", "linked"),
    [
        pytest.param(600, 599, True, id="within the window"),
        pytest.param(600, 601, False, id="beyond the window"),
        pytest.param(30, 31, False, id="beyond a shorter one"),
    ],
)
def test_rule_three_looks_back_as_far_as_the_window(
    shop: Shop, window: float, waited: float, linked: bool
) -> None:
    at = endpoint(link_window_s=window)
    inbox = shop.open(at)
    inbox.accept(at, shop.request())
    shop.clock.advance(waited)

    assert linked is inbox.accept(at, shop.request(guid="g")).duplicate


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"target": "/hooks/orders?a=1"}, id="another target"),
        pytest.param({"method": "PUT"}, id="another method"),
        pytest.param({"body": b'{"order": 5}'}, id="another body"),
    ],
)
def test_rule_three_links_the_same_method_target_and_body_alone(
    shop: Shop, other: dict[str, Any]
) -> None:
    at = endpoint()
    inbox = shop.open(at)
    inbox.accept(at, shop.request())

    assert not inbox.accept(at, shop.request(guid="g", **other)).duplicate
    assert 2 == len(inbox.messages())


def test_rule_three_links_the_newest(shop: Shop) -> None:
    at = endpoint()
    inbox = shop.open(at)
    older, newer = (inbox.accept(at, shop.request()).message_id for _ in range(2))

    assert newer == inbox.accept(at, shop.request(guid="g")).message_id
    assert older == inbox.accept(at, shop.request(guid="h")).message_id  # the newer has one by now
    assert not inbox.accept(at, shop.request(guid="i")).duplicate


def test_rule_three_may_be_told_to_link_what_failed_alone(shop: Shop) -> None:
    fails = [True, False, False, False]

    def handler(message: Message, tx: Connection) -> None:
        ship(message, tx)
        if fails.pop(0):
            raise RuntimeError("away")

    at = endpoint(handler, link="failed")
    inbox = shop.open(at)
    failed = inbox.accept(at, shop.request())
    done = inbox.accept(at, shop.request())

    retry = inbox.accept(at, shop.request(guid="g"))
    unlinked = inbox.accept(at, shop.request(guid="h"))

    assert [500, 200, 200] == [failed.status, done.status, retry.status]
    assert failed.message_id == retry.message_id
    assert not unlinked.duplicate


def test_an_identity_that_is_required_and_missing_is_refused_and_kept_apart(shop: Shop) -> None:
    at = endpoint(identity="/run", identity_required=True)
    inbox = shop.open(at)
    request = shop.request()

    answer = inbox.accept(at, request)

    assert (422, "no_identity", None) == (answer.status, answer.code, answer.message_id)
    assert [(request.id, BODY)] == apart(shop)
    assert [("no_identity", ("no_identity",), 422)] == [
        (one.verdict, one.flags, one.status) for one in inbox.deliveries()
    ]


def test_an_identity_that_is_missing_is_flagged(shop: Shop) -> None:
    at = endpoint(identity="/run")
    inbox = shop.open(at)

    assert 201 == inbox.accept(at, shop.request()).status
    assert [("no_identity",)] == [message.flags for message in inbox.messages()]


def test_an_unsigned_endpoint_goes_by_its_key_and_by_guids(shop: Shop) -> None:
    at = endpoint(identity="/run")
    inbox = shop.open(at)

    def unsigned(body: bytes) -> Arrival:
        signed = shop.request(body)
        return Arrival(
            signed.id, "POST", at.path, (), body, signed.received_ns, guid=None, delivery=None
        )

    answers = [
        inbox.accept(at, unsigned(body)) for body in (b'{"run": 1}', b'{"run": 1}', b"{}", b"{}")
    ]

    assert [False, True, False, False] == [answer.duplicate for answer in answers]
    assert [None] * 4 == [delivery.secret_label for delivery in inbox.deliveries()]
