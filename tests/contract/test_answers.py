"""What a receiver answers, and when: P-ANS, with every code of its closed list once on the wire."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.contract.rules import table
from tests.contract.shop import (
    BODY,
    GUID,
    Ending,
    Held,
    Open,
    Shop,
    Waiting,
    is_duplicate,
    known,
    ship,
)
from tests.receiver.wire import PATIENCE, Response, exchange

from hookproof.testing import signed_headers
from hookproof_receiver import Message, Rejected
from hookproof_receiver.inbox import writer
from hookproof_runtime.database import Connection
from hookproof_runtime.settings import ReceiverSettings

HEADER = "X-Webhook-Signature"
MAX_BODY = 1000
BOOM = RuntimeError("boom")


@pytest.mark.rule("P-ANS-1")
@pytest.mark.parametrize("handler", [ship, None], ids=["handled", "kept"])
def test_what_was_answered_2xx_is_committed_by_then(open_shop: Open, handler: Any) -> None:
    """A stranger's connection sees it as soon as the answer is here. (A crash: tests/e2e.)"""
    shop = open_shop(handler) if handler else open_shop(lambda message: None)
    response = shop.post()
    states = shop.query("SELECT id, state FROM hookproof_messages")

    assert 200 <= response.status <= 299
    assert [(known(response), "done")] == states
    assert ([BODY] if handler else []) == shop.effects()


@pytest.mark.rule("P-ANS-1")
def test_a_promise_is_committed_by_then(open_shop: Open) -> None:
    held = Held()
    shop = open_shop(held, receiver={"answer_within": 0.1})
    response = shop.post()
    promised = shop.query("SELECT id FROM hookproof_messages WHERE promised_ms IS NOT NULL")
    held.go.set()

    assert (200, [(known(response),)]) == (response.status, promised)


@pytest.mark.rule("P-ANS-2")
@pytest.mark.parametrize(
    ("returned", "status", "body", "content_type"),
    [
        (None, 200, b"", None),
        (204, 204, b"", None),
        (299, 299, b"", None),
        ((201, {"shipped": True}), 201, b'{"shipped":true}', "application/json"),
        ((202, "taken"), 202, b"taken", "text/plain; charset=utf-8"),
        ((200, b"\0\xff"), 200, b"\0\xff", "application/octet-stream"),
    ],
    ids=str,
)
def test_a_handlers_2xx_is_the_answer(
    open_shop: Open, returned: Any, status: int, body: bytes, content_type: str | None
) -> None:
    def handler(message: Message, tx: Connection) -> Any:
        ship(message, tx)
        return returned

    shop = open_shop(handler)
    response = shop.post()

    assert (status, body) == (response.status, response.body)
    assert content_type == response.headers.get("content-type")
    assert ("done", [BODY]) == (shop.messages()[0].state, shop.effects())


@pytest.mark.rule("P-ANS-3")
@pytest.mark.parametrize(
    ("ending", "status", "body"),
    [
        ((400, {"why": "odd"}), 400, b'{"why":"odd"}'),
        (302, 302, b""),
        ((409, "no"), 409, b"no"),
        (Rejected(422, {"why": "odd"}), 422, b'{"why":"odd"}'),
        (Rejected(410), 410, None),
    ],
    ids=str,
)
def test_a_rejection_is_the_last_word(
    open_shop: Open, ending: Any, status: int, body: bytes | None
) -> None:
    shop = open_shop(Ending(ending, None))
    first, retry = shop.post(), shop.post(guid=GUID)

    assert [status] * 2 == [first.status, retry.status]
    assert (first.body, known(first), True) == (retry.body, known(retry), is_duplicate(retry))
    assert body in (None, first.body)
    assert ([], 1) == (shop.effects(), shop.messages()[0].attempts)


@pytest.mark.rule("P-ANS-4")
@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        (BOOM, 500, "handler_failed"),
        (SystemExit(), 500, "handler_failed"),
        ((503, {"wait": 5}), 503, None),
        (599, 599, "handler_failed"),
    ],
    ids=str,
)
def test_a_failure_has_no_effect_and_runs_again(
    open_shop: Open, ending: Any, status: int, code: str | None
) -> None:
    shop = open_shop(_raising(ending))
    first = shop.post(guid=GUID)
    effects, state = shop.effects(), shop.messages()[0].state
    retry = shop.post(guid=GUID)

    assert (status, code) == (first.status, first.code)
    assert ([], "failed") == (effects, state)
    assert (201, known(first), False) == (retry.status, known(retry), is_duplicate(retry))
    assert [BODY] == shop.effects()


def _raising(ending: Any) -> Callable[[Message, Connection], Any]:
    def handler(message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        if message.attempt > 1:
            return answer
        if isinstance(ending, BaseException):
            raise ending
        return ending

    return handler


@pytest.mark.rule("P-ANS-5")
def test_what_is_not_done_in_time_is_promised(open_shop: Open) -> None:
    assert 25.0 == ReceiverSettings().answer_within
    held = Held()
    shop = open_shop(held, receiver={"answer_within": 0.2})
    response = shop.post()
    promised = shop.messages()[0].promised
    held.go.set()

    assert (200, "kept", b"") == (response.status, response.headers["hookproof-state"], response.body)
    assert promised
    assert is_duplicate(response) is False


@pytest.mark.rule("P-ANS-8")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_an_endpoint_takes_post_put_and_patch(shop: Shop, method: str) -> None:
    assert 201 == shop.post(method=method).status


@pytest.mark.rule("P-ANS-8")
@pytest.mark.parametrize(
    ("methods", "method"),
    [
        (("POST", "PUT", "PATCH"), "GET"),
        (("POST", "PUT", "PATCH"), "DELETE"),
        (("POST", "PUT", "PATCH"), "OPTIONS"),
        (("GET",), "POST"),
    ],
)
def test_another_method_is_told_which_are_taken(
    open_shop: Open, methods: tuple[str, ...], method: str
) -> None:
    response = open_shop(methods=methods).post(method=method)

    assert (405, "method_not_allowed") == (response.status, response.code)
    assert ", ".join(methods) == response.headers["allow"]


@contextmanager
def held_lock(shop: Shop) -> Iterator[None]:
    """A stranger's transaction holds the database for the while."""
    connection = sqlite3.connect(shop.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


def busy(open_shop: Open) -> Response:
    held = Held()
    shop = open_shop(held, receiver={"running": 1})
    first = Waiting(shop, shop.request(b"first"))
    assert held.started.wait(PATIENCE)
    response = shop.post()
    held.go.set()
    assert 201 == first.response().status
    assert [b"first"] == shop.effects()
    return response


def not_kept(open_shop: Open) -> Response:
    shop = open_shop()
    shop.query("ALTER TABLE hookproof_messages RENAME TO moved")
    response = shop.post()
    assert [] == shop.effects()
    return response


def on(send: Callable[[Shop], Response], **options: Any) -> Callable[[Open], Response]:
    """A request to a receiver of its own, which takes bodies up to `MAX_BODY`."""
    return lambda open_shop: send(
        open_shop(options.pop("handler", ship), receiver={"max_body": MAX_BODY}, **options)
    )


def wants_json(message: Message, tx: Connection) -> Any:
    return 201, message.json()


CODES: list[tuple[int, str, Callable[[Open], Response]]] = [
    (400, "bad_request", on(lambda shop: shop.post(more={"Content-Length": "+3"}))),
    (
        400,
        "incomplete_body",
        on(lambda shop: exchange(shop.port, shop.request()[:-1], finish=True).only),
    ),
    (400, "not_json", on(lambda shop: shop.post(b"{"), handler=wants_json)),
    (404, "no_endpoint", on(lambda shop: shop.post(target="/hooks"))),
    (405, "method_not_allowed", on(lambda shop: shop.post(method="DELETE"))),
    (413, "too_large", on(lambda shop: shop.post(b"x" * (MAX_BODY + 1)))),
    (415, "unsupported_encoding", on(lambda shop: shop.post(more={"Content-Encoding": "br"}))),
    (417, "unsupported_expectation", on(lambda shop: shop.post(more={"Expect": "a miracle"}))),
    (
        422,
        "body_changed",
        on(
            lambda shop: [shop.post(guid=GUID), shop.post(b"other", guid=GUID)][1],
            on_body_change="refuse",
        ),
    ),
    (422, "no_identity", on(lambda shop: shop.post(), identity="json:/run", identity_required=True)),
    (431, "head_too_large", on(lambda shop: shop.post(more={"X": "y" * 16_384}))),
    (599, "handler_failed", on(lambda shop: shop.post(), handler=Ending(599))),
    (
        501,
        "unsupported_transfer_coding",
        on(lambda shop: shop.post(more={"Content-Length": None, "Transfer-Encoding": "gzip"})),
    ),
    (503, "busy", busy),
    (503, "not_kept", not_kept),
    (410, "rejected", on(lambda shop: shop.post(), handler=Ending(Rejected(410)))),
]


@pytest.mark.rule("P-ANS-10", "P-ANS-11")
@pytest.mark.parametrize(
    ("status", "code", "ask"), CODES, ids=[f"{status} {code}" for status, code, _ in CODES]
)
def test_every_code_on_the_wire(
    open_shop: Open, status: int, code: str, ask: Callable[[Open], Response]
) -> None:
    """`Response.code` is that of a problem document, with `status`, `title` and `code` in it."""
    response = ask(open_shop)

    assert (status, code) == (response.status, response.code)
    assert response.headers["hookproof-delivery"].startswith("dlv_")


def test_the_codes_are_those_of_the_contract() -> None:
    listed = table("A receiver's other errors", 2)

    assert [code for _, code, _ in CODES] == [code for _, code in listed]
    for (status, _, _), (text, _) in zip(CODES, listed, strict=True):
        assert text in (str(status), f"{status // 100}xx", "the handler's")


@pytest.mark.rule("P-ANS-9")
@pytest.mark.parametrize("ask", [busy, not_kept])
def test_what_is_not_kept_is_not_acknowledged(open_shop: Open, ask: Callable[[Open], Response]) -> None:
    response = ask(open_shop)

    assert 503 == response.status
    assert 1 <= int(response.headers["retry-after"]) <= 60


@pytest.mark.rule("P-ANS-9")
def test_what_waits_too_long_for_the_disk_is_not_acknowledged(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, held_lock(shop):
        patch.setattr(writer, "COMMIT_WAITS", 0.3)  # a span of time, which is 3 s
        response = shop.post()

    assert (503, "busy") == (response.status, response.code)
    assert ("retry-after" in response.headers, []) == (True, shop.effects())
    assert 201 == shop.post().status


@pytest.mark.rule("P-ANS-11")
@pytest.mark.parametrize("ending", [None, 404, BOOM], ids=["done", "rejected", "failed"])
def test_every_answer_names_its_delivery_and_its_message(open_shop: Open, ending: Any) -> None:
    shop = open_shop(Ending(ending))
    responses = [shop.post(), shop.post(guid=GUID)]
    deliveries = [response.headers["hookproof-delivery"] for response in responses]

    assert [shop.messages()[0].id] * 2 == [known(response) for response in responses]
    assert deliveries == [one.id for one in reversed(shop.receiver.open().deliveries())]


BAD_FRAMING = {"Content-Length": "1, 2"}
TOO_LARGE = {"Content-Length": MAX_BODY + 1}
CUT_SHORT = {"Content-Length": 99}
BAD_GRAMMAR = {HEADER: "t=1"}
BAD_SIGNATURE = signed_headers(b"other")


@pytest.mark.rule("P-ANS-12")
@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        pytest.param({**BAD_FRAMING, **BAD_GRAMMAR}, 400, "bad_request", id="framing, grammar"),
        pytest.param({**TOO_LARGE, **BAD_GRAMMAR}, 413, "too_large", id="size, whole, grammar"),
        pytest.param({**CUT_SHORT, **BAD_GRAMMAR}, 400, "incomplete_body", id="whole, grammar"),
        pytest.param(BAD_GRAMMAR, 401, "malformed_header", id="grammar, signature"),
        pytest.param(BAD_SIGNATURE, 401, "no_match", id="signature, known, freshness"),
        pytest.param({}, 201, None, id="known, freshness"),
    ],
)
def test_the_first_check_that_fails_is_the_answer(
    open_shop: Open, more: dict[str, Any], status: int, code: str | None
) -> None:
    """Of a stale request for a known message, which is good but for that and for what `more` breaks."""
    shop = open_shop(receiver={"max_body": MAX_BODY})
    first = shop.post(guid=GUID)
    request = shop.request(guid=GUID, age=301, more=more)
    response = exchange(shop.port, request, finish=code == "incomplete_body", expect=1).only

    assert (status, code) == (response.status, response.code)
    assert (code is None) == (response.headers.get("hookproof-duplicate") == known(first))
    assert [BODY] == shop.effects()


@pytest.mark.rule("P-ANS-12")
def test_freshness_is_judged_before_anything_is_kept(shop: Shop) -> None:
    assert "too_old" == shop.post(age=301).code
    assert [0, 0, 0] == shop.store()


@pytest.mark.rule("P-ANS-13")
@pytest.mark.parametrize(
    "ending",
    [
        pytest.param({"Content-Length": len(BODY) + 1}, id="less than Content-Length"),
        pytest.param({"Content-Length": None, "Transfer-Encoding": "chunked"}, id="within a chunk"),
    ],
)
def test_a_body_that_is_not_whole_reaches_no_handler(shop: Shop, ending: dict[str, Any]) -> None:
    top, _, body = shop.request(more=ending).partition(b"\r\n\r\n")
    chunk = b"%x\r\n" % (len(body) + 1) if "Transfer-Encoding" in ending else b""
    answered = exchange(shop.port, top + b"\r\n\r\n" + chunk + body, finish=True)

    assert (400, "incomplete_body") == (answered.only.status, answered.only.code)
    assert [0, 0, 0] == shop.store()
