"""Replay, and one effect: the hostile cases that one SQLite file can show."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.receiver.inbox.child import Child
from tests.receiver.inbox.shop import PATIENCE, Shop, arrival, endpoint, ship, signed

from hookproof_receiver.inbox import Answer, Arrival, Endpoint, Inbox, Message
from hookproof_runtime.database import Connection

GUID = "0b6f1c1e-7a52-4b5e-9a0e-3f6f2f6f1a11"
OTHER_GUID = "5d0c2f6a-1b7e-4c6a-8d58-0f3a4d3b2c22"
BODY = b'{"order": 4}'


def case(*ids: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", list(ids))


def together(inbox: Inbox, at: Endpoint, requests: list[Arrival]) -> list[Answer]:
    """Accept these at once, each in a thread of its own."""
    answers: list[Answer] = []
    barrier = threading.Barrier(len(requests))

    def accept(request: Arrival) -> None:
        barrier.wait(PATIENCE)
        answers.append(inbox.accept(at, request))

    threads = [threading.Thread(target=accept, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers


class Failing:
    """A handler that has its effect, and then fails as often as it is told to."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.messages: list[Message] = []

    def __call__(self, message: Message, tx: Connection) -> Any:
        self.messages.append(message)
        answer = ship(message, tx)
        if len(self.messages) <= self.times:
            raise RuntimeError("the database is away")
        return answer


@case("REP-1")
def test_the_same_request_twice_has_one_effect_and_one_answer(shop: Shop, case: str) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request()

    first = inbox.accept(at, request)
    second = inbox.accept(at, shop.again(request))

    assert (201, b'{"shipped":"{\\"order\\": 4}"}', False) == (
        first.status,
        first.body,
        first.duplicate,
    )
    assert (first.status, first.body, first.content_type, first.message_id, True) == (
        second.status,
        second.body,
        second.content_type,
        second.message_id,
        second.duplicate,
    )
    assert [BODY] == shop.shipped()


@case("REP-2")
def test_a_retry_that_is_signed_anew_has_no_second_effect(shop: Shop, case: str) -> None:
    at = endpoint()
    inbox = shop.open(at)
    first = inbox.accept(at, shop.request(guid=GUID))

    second = inbox.accept(at, shop.request(guid=GUID))

    assert (201, True, first.message_id) == (second.status, second.duplicate, second.message_id)
    assert [BODY] == shop.shipped()


@case("REP-3")
def test_captured_bytes_under_a_new_guid_are_the_same_message_and_bind_nothing(
    shop: Shop, case: str
) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request(guid=GUID)
    inbox.accept(at, request)

    replayed = inbox.accept(at, shop.again(request, OTHER_GUID, target=at.path + "?a=1", method="PUT"))
    honest = inbox.accept(at, shop.request(b'{"order": 5}', OTHER_GUID))

    assert (201, True) == (replayed.status, replayed.duplicate)
    assert (201, False) == (honest.status, honest.duplicate)
    assert [BODY, b'{"order": 5}'] == shop.shipped()


@pytest.mark.parametrize(
    ("fails", "fields", "status", "shipped", "flags"),
    [
        pytest.param(0, {}, 201, [BODY], ("body_changed",), id="REP-4/finished"),
        pytest.param(1, {}, 201, [b'{"order": 5}'], ("body_changed",), id="REP-4/failed"),
        pytest.param(0, {"on_body_change": "refuse"}, 422, [BODY], (), id="REP-4/refused"),
        pytest.param(1, {"on_body_change": "refuse"}, 422, [], (), id="REP-4/failed, refused"),
    ],
)
def test_the_same_guid_with_another_body(
    shop: Shop, fails: int, fields: dict[str, Any], status: int, shipped: list[bytes], flags: tuple[str]
) -> None:
    at = endpoint(Failing(fails), **fields)
    inbox = shop.open(at)
    inbox.accept(at, shop.request(guid=GUID))

    answer = inbox.accept(at, shop.request(b'{"order": 5}', GUID))

    (message,) = inbox.messages()
    assert (status, message.id) == (answer.status, answer.message_id)
    assert ("body_changed" if status == 422 else None) == answer.code
    assert shipped == shop.shipped()
    assert flags == message.flags


@case("REP-5")
def test_a_first_attempt_without_a_guid_and_its_retry_with_one_are_one_message(
    shop: Shop, case: str
) -> None:
    at = endpoint(Failing(1))
    inbox = shop.open(at)
    first = inbox.accept(at, shop.request())
    second = inbox.accept(at, shop.request(guid=GUID))
    third = inbox.accept(at, shop.request(guid=GUID))

    assert [500, 201, 201] == [first.status, second.status, third.status]
    assert first.message_id == second.message_id == third.message_id
    assert [BODY] == shop.shipped()
    assert ("linked",) == inbox.messages()[0].flags


@pytest.mark.parametrize(
    "count", [pytest.param(2, id="REP-6/2 at once"), pytest.param(50, id="REP-6/50 at once")]
)
def test_duplicates_at_once_have_one_effect(shop: Shop, count: int) -> None:
    inside = threading.Event()

    def slow(message: Message, tx: Connection) -> Any:
        inside.wait(0.2)  # long enough for the others to come, before the lock is taken
        return ship(message, tx)

    at = endpoint(slow)
    inbox = shop.open(at)
    request = shop.request()

    answers = together(inbox, at, [shop.again(request) for _ in range(count)])

    assert [201] * count == [answer.status for answer in answers]
    assert 1 == len({(answer.message_id, answer.body) for answer in answers})
    assert [BODY] == shop.shipped()
    assert [1] == [message.attempts for message in inbox.messages()]


@case("REP-7")
def test_a_duplicate_waits_for_the_run_under_way(shop: Shop, case: str) -> None:
    started, finish = threading.Event(), threading.Event()

    def slow(message: Message, tx: Connection) -> Any:
        started.set()
        finish.wait(PATIENCE)
        return ship(message, tx)

    at = endpoint(slow)
    inbox = shop.open(at)
    request = shop.request(guid=GUID)
    answers: list[Answer] = []
    first = threading.Thread(target=lambda: answers.append(inbox.accept(at, request)))
    first.start()
    assert started.wait(PATIENCE)
    changed = shop.request(b'{"order": 5}', GUID)
    second = threading.Thread(target=lambda: answers.append(inbox.accept(at, changed)))
    second.start()
    second.join(0.2)

    assert [] == answers
    finish.set()
    first.join(PATIENCE)
    second.join(PATIENCE)

    assert [201, 201] == [answer.status for answer in answers]
    assert [BODY] == shop.shipped()
    assert [("body_changed",)] == [message.flags for message in inbox.messages()]


@case("REP-8")
def test_what_failed_runs_again_however_it_is_found(shop: Shop, case: str) -> None:
    handler = Failing(2)
    at = endpoint(handler)
    inbox = shop.open(at)
    request = shop.request()

    answers = [
        inbox.accept(at, request),
        inbox.accept(at, shop.again(request)),
        inbox.accept(at, shop.request(guid=GUID)),
    ]

    assert [(500, "handler_failed"), (500, "handler_failed"), (201, None)] == [
        (answer.status, answer.code) for answer in answers
    ]
    assert [1, 2, 3] == [message.attempt for message in handler.messages]
    assert [BODY] == shop.shipped()


@case("REP-9")
def test_what_was_killed_in_the_middle_of_its_effect_runs_once_more(shop: Shop, case: str) -> None:
    at = endpoint()
    request = shop.request()
    with Child(shop.url, "hang-in-transaction", request) as child:
        assert "inside" == child.says()
        child.kill()
    inbox = shop.open(at)

    answer = inbox.accept(at, shop.request(guid=GUID))
    again = inbox.accept(at, shop.request(guid=GUID))

    assert [(201, False), (201, True)] == [
        (answer.status, answer.duplicate),
        (again.status, again.duplicate),
    ]
    assert [BODY] == shop.shipped()
    assert [(2, "done")] == [(message.attempts, message.state) for message in inbox.messages()]


@pytest.mark.parametrize(
    ("text", "is_guid"),
    [
        pytest.param("", False, id="REP-10/empty"),
        pytest.param("a" * 10_240, False, id="REP-10/10 KiB"),
        pytest.param("two words", False, id="REP-10/blank"),
        pytest.param(
            "'; DROP TABLE hookproof_messages; --".replace(" ", "/**/"), True, id="REP-10/SQL"
        ),
        pytest.param("../../etc/passwd", True, id="REP-10/path"),
        pytest.param("7", True, id="REP-10/number"),
    ],
)
def test_a_guid_that_is_no_uuid(shop: Shop, text: str, is_guid: bool) -> None:
    at = endpoint(link="off")
    inbox = shop.open(at)

    first = inbox.accept(at, shop.request(guid=text))
    second = inbox.accept(at, shop.request(guid=text))

    assert [201, 201] == [first.status, second.status]
    assert is_guid is second.duplicate
    assert [text if is_guid else None] == list({one.guid for one in inbox.messages()})
    assert (() if is_guid else ("guid_ignored",)) == inbox.messages()[0].flags


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GUID.upper(), id="REP-11/upper case"),
        pytest.param("{" + GUID + "}", id="REP-11/braces"),
        pytest.param(GUID.replace("-", ""), id="REP-11/no hyphens"),
    ],
)
def test_a_guid_in_another_form_is_the_same(shop: Shop, text: str) -> None:
    at = endpoint(link="off")
    inbox = shop.open(at)
    inbox.accept(at, shop.request(guid=GUID))

    assert inbox.accept(at, shop.request(guid=text)).duplicate
    assert [BODY] == shop.shipped()


@case("REP-12")
def test_two_guids_are_none(shop: Shop, case: str) -> None:
    at = endpoint()
    inbox = shop.open(at)
    headers = [*signed(BODY, shop.clock, GUID), ("x-http-task-guid", OTHER_GUID)]

    answer = inbox.accept(at, arrival(BODY, headers, shop.clock))

    assert 201 == answer.status
    (message,) = inbox.messages()
    assert (None, ("guid_ignored",)) == (message.guid, message.flags)


@case("REP-13")
def test_a_duplicate_in_another_process_waits_for_the_first(shop: Shop, case: str) -> None:
    at = endpoint()
    inbox = shop.open(at)
    request = shop.request()
    with Child(shop.url, "wait-for-word", request) as child:
        assert "inside" == child.says()
        answers: list[Answer] = []
        waiting = threading.Thread(target=lambda: answers.append(inbox.accept(at, shop.again(request))))
        waiting.start()
        waiting.join(0.3)
        assert [] == answers
        child.tell("finish")
        waiting.join(PATIENCE)
        assert "201" == child.says()

    assert [(201, b'{"shipped":"{\\"order\\": 4}"}')] == [(one.status, one.body) for one in answers]
    assert [BODY] == shop.shipped()


@case("REP-13")
def test_duplicates_at_once_in_two_processes_have_one_effect(shop: Shop, case: str) -> None:
    at = endpoint()
    inbox = shop.open(at)
    requests = [shop.request(f'{{"order": {number}}}'.encode()) for number in range(20)]
    with Child(shop.url, "accept-all", *requests) as child:
        assert "ready" == child.says()
        child.tell("go")
        answers = [inbox.accept(at, shop.again(request)) for request in requests]
        assert " ".join(["201"] * 20) == child.says()

    assert [201] * 20 == [answer.status for answer in answers]
    assert sorted(request.body for request in requests) == sorted(shop.shipped())


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(Child.finish, id="REP-15/after it ended"),
        pytest.param(Child.kill, id="REP-15/after it was killed"),
    ],
)
def test_a_duplicate_after_a_restart(shop: Shop, end: Callable[[Child], None]) -> None:
    at = endpoint()
    request = shop.request()
    with Child(shop.url, "accept-all", request) as child:
        assert "ready" == child.says()
        child.tell("go")
        assert "201" == child.says()
        end(child)
    inbox = shop.open(at)

    answer = inbox.accept(at, shop.again(request))

    assert (201, True) == (answer.status, answer.duplicate)
    assert [BODY] == shop.shipped()


@case("REP-19")
def test_an_endpoints_identities_are_its_own(shop: Shop, case: str) -> None:
    """The path is not signed: where two endpoints share a secret, each has its own message."""
    orders, returns = endpoint(), endpoint(path="/hooks/returns")
    inbox = shop.open(orders, returns)
    request = shop.request(guid=GUID)
    first = inbox.accept(orders, request)

    second = inbox.accept(returns, shop.again(request, GUID))

    assert (201, False) == (second.status, second.duplicate)
    assert first.message_id != second.message_id


@case("REP-20")
def test_attempts_out_of_order_are_one_message_by_their_signed_key(shop: Shop, case: str) -> None:
    at = endpoint(Failing(1), identity="/run")
    inbox = shop.open(at)
    older = shop.request(b'{"run": "9/ship", "note": "older"}')
    newer = shop.request(b'{"run": "9/ship", "note": "newer"}', GUID)

    answers = [inbox.accept(at, one) for one in (newer, older, shop.again(newer, GUID))]

    assert [500, 201, 201] == [answer.status for answer in answers]
    assert [newer.body] == shop.shipped()


@case("REP-21")
def test_a_message_has_one_id_for_effects_elsewhere_through_all_attempts(shop: Shop, case: str) -> None:
    keys: list[str] = []

    def call_elsewhere(message: Message) -> None:
        keys.append(message.id)
        if len(keys) < 3:
            raise ConnectionError("no answer")

    at = endpoint(call_elsewhere)
    inbox = shop.open(at)
    inbox.accept(at, shop.request())
    inbox.accept(at, shop.request(guid=GUID))
    answer = inbox.accept(at, shop.request(guid=GUID))

    assert [answer.message_id] * 3 == keys
