"""Each refusal on the wire: its status, its code, and nothing that comes through to be kept."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from hookproof.testing import FORGERIES, SECRET, forge, signed_headers
from hookproof_receiver.ingest import Answered, Received

from ..wire import Response, exchange, head, signed
from .conftest import OLD_SECRET, OTHER_SECRET, Bench, behind_our_parser

BODY = b'{"order": 4}'


def post(bench: Bench, body: bytes = BODY, **given: Any) -> Response:
    """A request signed by the bench's clock, unless its headers say otherwise."""
    more = {**signed_headers(body, clock=bench.clock), **given.pop("more", {})}
    return exchange(bench.port, signed(body, more=more, **given), expect=1).only


def mac(key: bytes, text: bytes, digest: str = "sha256") -> str:
    return hmac.new(key, text, digest).hexdigest()


def bare(bench: Bench, value: str | None, body: bytes = BODY) -> Response:
    return post(bench, body, more={"X-Webhook-Signature": value})


def test_a_good_request_comes_through_whole(bench: Bench) -> None:
    response = post(bench, target="/hooks/test?a=1&b", guid="0F9C6D4E3B2A41598876655443322110")

    assert (200, b'{"ok": true}') == (response.status, response.body)
    assert "application/json" == response.headers["content-type"]
    arrival = bench.arrival
    assert (BODY, "POST", "/hooks/test?a=1&b") == (arrival.body, arrival.method, arrival.target)
    assert "0f9c6d4e-3b2a-4159-8876-655443322110" == arrival.guid
    assert arrival.id == response.headers["hookproof-delivery"]
    assert response.headers["hookproof-message"].startswith("msg_")
    assert arrival.delivery is not None
    assert ("new", None, ()) == (arrival.delivery.secret_label, arrival.stale, arrival.flags)
    assert ("host", "receiver.example") in [(name.lower(), value) for name, value in arrival.headers]


@pytest.mark.parametrize("kind", sorted(set(FORGERIES) - {"old", "early"}))
def test_every_forgery_is_401_and_says_its_code_alone(bench: Bench, kind: str) -> None:
    forged = forge(kind, clock=bench.clock)
    fields: dict[str, str | int] = {"Host": "a", "Content-Length": len(forged.body)}
    fields.update(forged.headers)
    response = exchange(bench.port, head(fields.items()) + forged.body, expect=1).only

    assert (401, forged.code) == (response.status, response.code)
    assert 'Signature realm="http-task"' == response.headers["www-authenticate"]
    assert "hookproof-message" not in response.headers
    assert [] == bench.arrivals


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe\x00\x80", id="SIG-23"),
        pytest.param(b"", id="SIG-24"),
        pytest.param(bytes(range(256)) * 4096, id="SIG-25"),
    ],
)
def test_whatever_the_bytes_are_they_come_through_as_they_were_signed(
    bench: Bench, body: bytes
) -> None:
    assert 200 == post(bench, body).status
    assert body == bench.arrival.body


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param("x" * 4096, "malformed_header", id="HDR-17/4 KiB"),
        pytest.param("x" * 4097, "malformed_header", id="HDR-17/over 4 KiB"),
    ],
)
def test_a_long_value_within_the_head_is_401(bench: Bench, value: str, code: str) -> None:
    response = bare(bench, value)

    assert (401, code) == (response.status, response.code)
    assert [] == bench.arrivals


@behind_our_parser
@pytest.mark.parametrize(
    "size",
    [pytest.param(size * 1024, id=f"HDR-17/{size} KiB") for size in (16, 64, 300)],
)
def test_a_longer_one_is_431(bench: Bench, size: int) -> None:
    answered = exchange(bench.port, signed(more={"X-Webhook-Signature": "x" * size}))

    assert (431, "head_too_large", True) == (
        answered.only.status,
        answered.only.code,
        answered.closed,
    )
    assert ([], []) == (bench.arrivals, bench.events)


@pytest.mark.parametrize(
    "cut", [pytest.param(False, id="HDR-19"), pytest.param(True, id="HDR-19/one value cut in two")]
)
def test_two_header_lines_are_refused_by_the_guard(bench: Bench, cut: bool) -> None:
    value = signed_headers(BODY, clock=bench.clock)["X-Webhook-Signature"]
    time, _, signature = value.partition(",")
    fields: list[tuple[str, str | int]] = [("Host", "a"), ("Content-Length", len(BODY))]
    fields += [("X-Webhook-Signature", line) for line in ((time, signature) if cut else (value, value))]
    answered = exchange(bench.port, head(fields) + BODY)

    assert (400, "bad_request", True) == (
        answered.only.status,
        answered.only.code,
        answered.closed,
    )
    assert [] == bench.arrivals


@behind_our_parser
@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        pytest.param(
            signed(BODY, more={"X-Webhook-Signature": None, "X_Webhook_Signature": "t=1,sha256=0"}),
            401,
            "missing_header",
            id="HDR-20",
        ),
        pytest.param(signed(BODY, more={"X": "y\r\n z"}), 400, "bad_request", id="HDR-22/any header"),
        pytest.param(
            signed(BODY, more={"X-Webhook-Signature": "t=1767225600000,\r\n sha256=" + "0" * 64}),
            400,
            "bad_request",
            id="HDR-22",
        ),
        pytest.param(
            head((("Host", "a"), ("Transfer-Encoding", "chunked")))
            + b"c\r\n"
            + BODY
            + b"\r\n0\r\nX-Webhook-Signature: t=1767225600000,sha256=00\r\n\r\n",
            401,
            "missing_header",
            id="HDR-23",
        ),
    ],
)
def test_a_signature_that_stands_where_none_is_read(
    bench: Bench, data: bytes, status: int, code: str
) -> None:
    response = exchange(bench.port, data, expect=1).only

    assert (status, code) == (response.status, response.code)
    assert [] == bench.arrivals


@pytest.mark.parametrize("name", [pytest.param("X_Webhook_Signature", id="HDR-21")])
def test_an_underscore_does_not_stand_in_for_a_hyphen(bench: Bench, name: str) -> None:
    assert 200 == post(bench, more={name: "t=1,sha256=0"}).status
    assert 1 == len(bench.arrivals)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x-webhook-signature", id="HDR-25/lower"),
        pytest.param("X-WEBHOOK-SIGNATURE", id="HDR-25/upper"),
        pytest.param("x-WebHook-sIGNATURE", id="HDR-25/mixed"),
    ],
)
def test_the_header_is_read_in_any_case(bench: Bench, name: str) -> None:
    value = signed_headers(BODY, clock=bench.clock)["X-Webhook-Signature"]

    assert 200 == post(bench, more={"X-Webhook-Signature": None, name: value}).status


@pytest.mark.parametrize(
    ("secret", "label"),
    [pytest.param(SECRET, "new", id="SIG-26/new"), pytest.param(OLD_SECRET, "old", id="SIG-26/old")],
)
def test_both_secrets_are_good_during_a_rotation(bench: Bench, secret: str, label: str) -> None:
    headers = signed_headers(BODY, secrets=secret, clock=bench.clock)

    assert 200 == post(bench, more=headers).status
    assert bench.arrival.delivery is not None
    assert label == bench.arrival.delivery.secret_label


@pytest.mark.parametrize(
    ("target", "secret", "code"),
    [
        # After the cutover the ring holds the new secret alone: the other endpoint's does.
        pytest.param("/hooks/other", OLD_SECRET, "no_match", id="SIG-26/after the cutover"),
        pytest.param("/hooks/test", None, "missing_header", id="SIG-27"),
        pytest.param("/hooks/test", OTHER_SECRET, "no_match", id="SIG-28"),
    ],
)
def test_another_secret_or_none_is_401(
    bench: Bench, target: str, secret: str | None, code: str
) -> None:
    headers: dict[str, Any] = {"X-Webhook-Signature": None}
    if secret is not None:
        headers = dict(signed_headers(BODY, secrets=secret, clock=bench.clock))
    response = post(bench, target=target, more=headers)

    assert (401, code) == (response.status, response.code)
    assert [] == bench.arrivals


def at(bench: Bench, milliseconds: int) -> dict[str, str]:
    """Signed so many milliseconds from now."""
    then = bench.clock() + milliseconds * 1_000_000
    return signed_headers(BODY, clock=lambda: then)


@pytest.mark.parametrize(
    ("milliseconds", "stale"),
    [
        pytest.param(-300_001, "too_old", id="TIME-1"),
        pytest.param(-300_000, None, id="TIME-2"),
        pytest.param(300_000, None, id="TIME-2/ahead"),
        pytest.param(300_001, "too_new", id="TIME-3"),
    ],
)
def test_a_stale_one_goes_on_marked_since_its_message_may_be_known(
    bench: Bench, milliseconds: int, stale: str | None
) -> None:
    post(bench, more=at(bench, milliseconds))

    assert stale == bench.arrival.stale
    judged = bench.events[0]
    assert isinstance(judged, Received)
    assert stale == judged.code


@pytest.mark.parametrize(
    "guid",
    [
        pytest.param("", id="REP-10/empty"),
        pytest.param("x" * 129, id="REP-10/129"),
        pytest.param("x" * 10 * 1024, id="REP-10/10 KiB"),
        pytest.param("a b", id="REP-10/a blank"),
        pytest.param("caf\xe9", id="REP-10/latin-1"),
    ],
)
def test_a_guid_that_cannot_be_used_is_none_and_flagged(bench: Bench, guid: str) -> None:
    assert 200 == post(bench, more={"X-Http-Task-Guid": guid}).status
    assert (None, ("guid_ignored",)) == (bench.arrival.guid, bench.arrival.flags)


@pytest.mark.parametrize(
    "guid",
    [
        pytest.param("not-a-uuid", id="REP-10/no UUID"),
        pytest.param("'; DROP TABLE message; --".replace(" ", ""), id="REP-10/SQL"),
        pytest.param("../../etc/passwd", id="REP-10/path"),
    ],
)
def test_other_text_is_a_guid_as_it_stands(bench: Bench, guid: str) -> None:
    assert 200 == post(bench, more={"X-Http-Task-Guid": guid}).status
    assert (guid, ()) == (bench.arrival.guid, bench.arrival.flags)


@pytest.mark.parametrize(
    "second", [pytest.param("same", id="REP-12/same"), pytest.param("b", id="REP-12")]
)
def test_two_guid_headers_are_none(bench: Bench, second: str) -> None:
    first = "11111111-2222-4333-8444-555555555555"
    fields: list[tuple[str, str | int]] = [("Host", "a"), ("Content-Length", len(BODY))]
    fields += signed_headers(BODY, clock=bench.clock).items()
    fields += [("X-Http-Task-Guid", first)]
    fields += [("X-Http-Task-Guid", first if second == "same" else second)]

    assert 200 == exchange(bench.port, head(fields) + BODY, expect=1).only.status
    assert (None, ("guid_ignored",)) == (bench.arrival.guid, bench.arrival.flags)


@pytest.mark.parametrize("guid", [pytest.param("11111111-2222-4333-8444-555555555555", id="REP-18")])
def test_an_unsigned_sender_cannot_claim_a_guid(bench: Bench, guid: str) -> None:
    """What is refused does not come through to where GUIDs are bound."""
    response = post(bench, more={"X-Webhook-Signature": None, "X-Http-Task-Guid": guid})

    assert 401 == response.status
    assert [] == bench.arrivals


@pytest.mark.parametrize("short", [pytest.param(5, id="FRM-11")])
def test_a_length_that_is_too_short_proves_nothing_and_ends_the_connection(
    bench: Bench, short: int
) -> None:
    headers: dict[str, Any] = {"Content-Length": short, **signed_headers(BODY, clock=bench.clock)}
    answered = exchange(bench.port, signed(BODY, more=headers) + signed(BODY))

    assert ([401, 400], True) == (answered.statuses, answered.closed)
    assert [] == bench.arrivals


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PURGE"])
def test_another_method_is_405_and_says_which_are_taken(bench: Bench, method: str) -> None:
    answered = exchange(bench.port, signed(method=method, more={"Connection": "close"}))

    assert (405, "method_not_allowed") == (answered.only.status, answered.only.code)
    assert "POST, PUT, PATCH" == answered.only.headers["allow"]
    assert [] == bench.arrivals


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/hooks",
        "/hooks/test/",
        "/hooks/test/x",
        "/hooks//test",
        "/hooks/Test",
        "/%E2%82%AC",
        "/hooks/test%20",
    ],
)
def test_another_path_is_404(bench: Bench, target: str) -> None:
    response = post(bench, target=target)

    assert (404, "no_endpoint") == (response.status, response.code)
    assert response.headers["hookproof-delivery"].startswith("dlv_")
    assert [] == bench.arrivals
    assert isinstance(judged := bench.events[0], Received)
    assert "no endpoint has this path; there is /hooks/test, " in judged.sentence
    assert b"/hooks/test" not in response.body


def test_an_unsigned_endpoint_takes_what_is_not_empty(bench: Bench) -> None:
    unsigned: dict[str, Any] = {"X-Webhook-Signature": None}

    assert 200 == post(bench, target="/hooks/open", more=unsigned).status
    assert bench.arrival.delivery is None
    response = post(bench, b"", target="/hooks/open", more=unsigned)
    assert (400, "incomplete_body") == (response.status, response.code)
    assert 1 == len(bench.arrivals)


def test_an_unsigned_get_has_no_body_to_lose(bench: Bench) -> None:
    assert 200 == post(bench, b"", method="GET", target="/hooks/open-get").status


def test_what_cannot_be_kept_is_503_and_not_acknowledged(bench: Bench) -> None:
    def broken(*_given: object) -> Any:
        raise OSError("no space left on device")

    bench.answer = broken
    response = post(bench)

    assert (503, "not_kept", "5") == (response.status, response.code, response.headers["retry-after"])


def test_each_request_is_told_twice_with_one_id(bench: Bench) -> None:
    response = post(bench)
    judged, answered = bench.events

    assert isinstance(judged, Received)
    assert isinstance(answered, Answered)
    assert response.headers["hookproof-delivery"] == judged.delivery_id == answered.delivery_id
    assert 'verified, secret "new", 0.0 s old' == judged.sentence
    assert hashlib.sha256(BODY).hexdigest() not in repr(bench.events)
