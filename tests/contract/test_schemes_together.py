"""A sender and a receiver of each scheme, one of a user's own among them, over real sockets."""

from __future__ import annotations

import runpy
from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import ValidationError
from tests.contract.rules import ROOT
from tests.contract.sending import BODY as TEXT
from tests.contract.sending import quick, task
from tests.contract.shop import BODY, PATH, Open
from tests.contract.test_together import CUT, LOST, WHOLE, Network, sender_of
from tests.receiver.wire import head
from tests.sender.peer import Peer, status

from hookproof import BadConfiguration
from hookproof.schemes import Scheme, by_name, names
from hookproof.testing import SECRET, forge, forgeries, signed_headers

GHOST: Scheme = runpy.run_path(str(ROOT / "examples" / "schemes" / "ghost.py"))["Ghost"]()
ALL: list[Scheme] = [*map(by_name, names()), GHOST]

every = pytest.mark.parametrize("scheme", ALL, ids=lambda scheme: scheme.name)
OTHERS = [name for name in names() if name != "http-task"]


@pytest.mark.rule("P-SEND-6")
@every
def test_a_message_is_delivered_once(open_shop: Open, scheme: Scheme) -> None:
    shop = open_shop(scheme=scheme)
    sender = sender_of(shop, scheme=scheme)
    runs = []
    for _ in range(2):
        runs.append(sender.send(task(shop.url)))
        shop.clock.advance(1)

    assert [("delivered", 1)] * 2 == [(run.outcome, len(run.attempts)) for run in runs]
    assert [BODY, BODY] == shop.effects()


@pytest.mark.rule("P-GUID-7", "P-SW-13", "P-ID-18")
@every
@pytest.mark.parametrize("seconds", [0, 2], ids=["in the same second", "later"])
@pytest.mark.parametrize("fates", [[CUT, WHOLE], [LOST, CUT, WHOLE]], ids=" ".join)
def test_whatever_is_lost_there_is_one_effect(
    open_shop: Open, scheme: Scheme, fates: list[str], seconds: int
) -> None:
    shop = open_shop(scheme=scheme)
    sender = quick(
        scheme=scheme, clock=shop.clock, on_attempt=lambda _: shop.clock.advance(seconds + 0.001)
    )
    with Peer(at_once=Network(shop.port, *fates)) as peer:
        run = sender.send(task(peer.url))

    assert ("delivered", len(fates)) == (run.outcome, len(run.attempts))
    assert ([BODY], 1) == (shop.effects(), len(shop.messages()))


@every
def test_what_is_forged_is_refused(open_shop: Open, scheme: Scheme) -> None:
    shop = open_shop(scheme=scheme)
    before = shop.store()
    for kind in forgeries(scheme):
        forged = forge(kind, scheme=scheme, clock=shop.clock)
        response = shop.send(_request(forged.body, forged.headers.items()))
        assert (401, forged.code) == (response.status, response.code), kind

    assert before == shop.store()


def case(number: str) -> pytest.MarkDecorator:
    """The schemes, under a case's own id."""
    return pytest.mark.parametrize("scheme", ALL, ids=lambda scheme: f"{number}/{scheme.name} served")


@pytest.mark.rule("P-HDR-2")
@case("HDR-19")
def test_a_header_of_the_scheme_that_came_twice_reaches_nobody(open_shop: Open, scheme: Scheme) -> None:
    """Also where the server knows the scheme by its endpoint alone."""
    shop = open_shop(scheme=scheme)
    headers = list(signed_headers(BODY, scheme=scheme, clock=shop.clock).items())
    for name, value in headers:
        response = shop.send(_request(BODY, [*headers, (name.upper(), value)]))
        assert (400, "bad_request") == (response.status, response.code)

    assert 201 == shop.send(_request(BODY, headers)).status


@case("HDR-22")
def test_a_header_of_the_scheme_that_is_folded_reaches_nobody(open_shop: Open, scheme: Scheme) -> None:
    shop = open_shop(scheme=scheme)
    headers = signed_headers(BODY, scheme=scheme, clock=shop.clock)
    for name, value in headers.items():
        for folded in ("\r\n " + value, value[:5] + "\r\n\t" + value[5:]):
            response = shop.send(_request(BODY, {**headers, name: folded}.items()))
            assert (400, "bad_request") == (response.status, response.code)

    assert [0, 0, 0] == shop.store()


@case("HDR-23")
def test_what_is_signed_behind_the_body_is_not_read(open_shop: Open, scheme: Scheme) -> None:
    shop = open_shop(scheme=scheme)
    headers = signed_headers(BODY, scheme=scheme, clock=shop.clock)
    trailer = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    chunks = b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(BODY), BODY, trailer.encode())
    fields = (("Host", "a"), ("Transfer-Encoding", "chunked"))
    response = shop.send(head(fields, target=PATH) + chunks)

    assert (401, "missing_header") == (response.status, response.code)
    assert [0, 0, 0] == shop.store()


@pytest.mark.rule("P-SW-13")
def test_every_attempt_carries_the_id_of_the_first() -> None:
    with Peer(status(503), status(503), status(200), status(200)) as peer:
        for _ in range(2):
            quick(scheme="standard-webhooks").send(task(peer.url))
    ids = [received.values("webhook-id")[0] for received in peer.received]

    assert ids[0] == ids[1] == ids[2] != ids[3]


@pytest.mark.rule("P-SEND-6")
@pytest.mark.parametrize("scheme", OTHERS)
def test_the_scheme_that_a_task_names_goes_before_the_senders(scheme: str) -> None:
    with Peer() as peer:
        quick(scheme="http-task").send(task(peer.url, scheme=scheme))
        quick(scheme="stripe").send(task(peer.url, scheme="http-task"))
        quick(scheme=scheme).test(task(peer.url))
    named, default, own = peer.received

    assert all(named.values(name) and own.values(name) for name in by_name(scheme).headers)
    assert [] == named.values("X-Webhook-Signature") == default.values("Stripe-Signature")


@pytest.mark.rule("P-SEND-3")
@pytest.mark.parametrize("scheme", [by_name(name) for name in names()], ids=lambda scheme: scheme.name)
def test_a_task_may_not_set_what_any_scheme_writes(scheme: Scheme) -> None:
    for name in scheme.headers:
        for written in (name, name.upper(), name.replace("-", "_")):
            with pytest.raises(ValidationError, match="does not set this header"):
                task("http://127.0.0.1/", headers={written: "x"})


@pytest.mark.rule("P-SEND-6")
def test_a_task_may_not_set_what_a_scheme_of_ones_own_writes_that_signs_it() -> None:
    (name,) = GHOST.headers
    with Peer() as peer:
        for written in (name, name.upper()):
            what = task(peer.url, headers={written: "x"})
            with pytest.raises(BadConfiguration, match=f"Send HTTP request.*{written}"):
                quick(scheme=GHOST).send(what)
            quick().send(what)  # another scheme does not mind

    assert 2 == len(peer.received)


@pytest.mark.rule("P-SW-10", "P-SEND-6")
@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        pytest.param({"scheme": "strip"}, "did you mean 'stripe'", id="unknown"),
        pytest.param({"scheme": "stripe", "secretKey": "sk_no"}, "secretKey.*API key", id="secret"),
    ],
)
def test_a_scheme_or_secret_that_cannot_be_one_is_named(keys: Any, sentence: str) -> None:
    with Peer() as peer, pytest.raises(ValueError, match=sentence):
        quick().send(task(peer.url, **keys))

    assert [] == peer.received


@pytest.mark.rule("P-SW-12", "P-STRIPE-6")
@pytest.mark.parametrize("scheme", ["standard-webhooks", "stripe"])
def test_a_sender_signs_with_all_of_its_secrets_where_the_header_is_a_list(
    open_shop: Open, scheme: str
) -> None:
    old = "the+secret+before+the+rotation+in+a+test"
    for held in (SECRET, old):
        shop = open_shop(scheme=scheme, secrets=held)
        run = sender_of(shop, scheme=scheme).send(task(shop.url), secret=[SECRET, old])
        assert [201] == [attempt.status for attempt in run.attempts]


@pytest.mark.rule("P-ID-21")
@pytest.mark.parametrize(
    ("scheme", "endpoint", "messages"),
    [
        pytest.param("stripe", {}, 1, id="seconds"),
        pytest.param("http-task", {}, 2, id="milliseconds"),
        pytest.param("standard-webhooks", {}, 2, id="a signed id"),
    ],
)
def test_equal_bodies_of_the_same_time_are_one_message(
    open_shop: Open, scheme: str, endpoint: Any, messages: int
) -> None:
    shop = open_shop(scheme=scheme, **endpoint)
    sender = sender_of(shop, scheme=scheme)
    for _ in range(2):
        sender.send(task(shop.url, body=TEXT))

    assert messages == len(shop.messages())


def _request(body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    fields = [("Host", "a"), ("Content-Length", str(len(body))), *headers]
    return head(fields, target=PATH) + body
