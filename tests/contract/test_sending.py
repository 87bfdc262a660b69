"""What leaves a sender, byte for byte, and what a receiver reads of it."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError
from tests.contract.sending import BODY, SIGNATURE, Wiretap, quick, task
from tests.contract.shop import Open, Shop
from tests.sender.peer import Peer
from tests.sender.surroundings import mislead

from hookproof import Verifier
from hookproof.testing import SECRET
from hookproof_sender.targets import Policy
from hookproof_sender.wire import Attempt, Transport

METHODS = ["post", "get", "put", "patch", "delete"]
BODIES = [
    pytest.param(BODY, id="JSON"),
    pytest.param("{}", id="a lone {}"),
    pytest.param("", id="nothing"),
    pytest.param(' {"b":1,\r\n"a" :  2}\n', id="blanks and line ends"),
    pytest.param("ü 秘密 🔑 \ufeff", id="beyond ASCII"),
    pytest.param("a=b&c=%20+\0", id="no JSON"),
    pytest.param("0123456789abcdef" * 20_000, id="320 kB"),
]


@pytest.mark.rule("P-SEND-1")
@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_sent_as_it_is_held(method: str) -> None:
    with Peer() as peer:
        quick().send(task(peer.url, method=method, body=""))

    assert f"{method.upper()} /hooks/orders HTTP/1.1" == peer.received[0].line


@pytest.mark.rule("P-SEND-1")
@pytest.mark.parametrize("method", ["POST", "head", "options", "trace", "connect", "purge", ""])
def test_another_method_is_refused(method: str) -> None:
    with pytest.raises(ValidationError, match="method"):
        task("http://127.0.0.1/", method=method)


@pytest.mark.rule("P-SEND-2")
def test_a_tasks_headers_are_sent_as_they_are_held() -> None:
    headers = {
        "Authorization": "Bearer abc.def",
        "content-type": "application/vnd.shop+json; v=1",
        "X-Odd_Name": 'a  b, "c"; d=e',
        "X-Empty": "",
        "User-Agent": "mine",
    }
    with Peer() as peer:
        quick().send(task(peer.url, headers=headers))
    (received,) = peer.received

    # Line by line, since the peer splits a line at ": ", which an empty value's line may not have.
    assert {name: [value] for name, value in headers.items() if value} == {
        name: received.values(name) for name in headers if name != "X-Empty"
    }
    assert headers.keys() <= {name.rstrip(":") for name, *_ in received.headers}


@pytest.mark.rule("P-SEND-3")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "other.example"),
        ("content-length", "3"),
        ("Transfer-Encoding", "chunked"),
        ("CONNECTION", "keep-alive"),
        (SIGNATURE, "t=1,sha256=0"),
        ("x-http-task-guid", "mine"),
        ("", "x"),
        ("A B", "x"),
        ("A:", "x"),
        ("A\r\nB", "x"),
        ("Ä", "x"),
        ("A", "x\r\nB: y"),
        ("A", "x\ny"),
        ("A", "x\0"),
        ("A", "ä"),
        ("A", " x"),
    ],
)
def test_what_would_break_the_head_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="headers"):
        task("http://127.0.0.1/", headers={name: value})


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Peer]:
    """What the environment says of proxies, passwords and certificates."""
    with Peer() as proxy:
        mislead(monkeypatch, tmp_path, proxy=proxy.port, bundle=tmp_path / "authority.pem")
        yield proxy


@pytest.mark.rule("P-SEND-4")
def test_the_environment_has_no_say(elsewhere: Peer, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    with Peer() as plain, Peer(tls=serving(authority.issue_cert("127.0.0.1"))) as tls:
        assert quick().test(task(plain.url)).succeeded
        assert "tls_untrusted" == quick().test(task(tls.url)).cause

    assert [] == plain.received[0].values("Authorization")
    assert (0, []) == (elsewhere.connections, tls.received)


def serving(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


LONG_AGO, PAST, FUTURE = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2001, 2990))
CERTIFICATES: list[Any] = [
    pytest.param({}, None, id="good"),
    pytest.param({"not_before": LONG_AGO, "not_after": PAST}, "tls_expired", id="expired"),
    pytest.param({"not_before": FUTURE}, "tls_not_yet_valid", id="not yet valid"),
    pytest.param({"name": "other.example"}, "tls_wrong_name", id="another name"),
    pytest.param({"authority": trustme.CA()}, "tls_untrusted", id="not trusted"),
]


@pytest.mark.rule("P-SEND-5")
@pytest.mark.parametrize("validated", [True, False], ids=["on", "off"])
@pytest.mark.parametrize(("of", "cause"), CERTIFICATES)
def test_nothing_is_sent_to_a_server_whose_certificate_is_not_valid(
    authority: trustme.CA, tmp_path: Path, of: dict[str, Any], cause: str | None, validated: bool
) -> None:
    own = dict(of)
    issuer = own.pop("authority", authority)
    leaf = issuer.issue_cert(own.pop("name", "127.0.0.1"), **own)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    with Peer(tls=serving(leaf)) as peer:
        made = attempted(
            Transport(
                10,
                authorities=str(tmp_path / "authority.pem"),
                policy=Policy(allow_loopback=True),
            ),
            task(peer.url, sslVerification=validated),
        )
    sent = cause is None or not validated

    assert (None if sent else cause, validated) == (made.cause, made.tls_verified)
    assert sent == made.succeeded == bool(peer.received)


def attempted(transport: Transport, what: Any) -> Attempt:
    """One attempt, past the sender: it alone says whom to trust."""
    return transport.attempt(transport.start(1, None), what.outgoing(), signature={})


@pytest.mark.rule("P-BODY-1", "P-BODY-5")
@pytest.mark.parametrize("method", ["post", "put", "patch"])
@pytest.mark.parametrize("body", BODIES)
def test_the_bytes_on_the_wire_are_those_that_were_held_and_signed(method: str, body: str) -> None:
    tap = Wiretap()
    with Peer(at_once=tap) as peer:
        quick().send(task(peer.url, method=method, body=body))
        assert tap.over.wait(10)
    top, _, sent = tap.data.partition(b"\r\n\r\n")
    lines = [line.partition(b": ") for line in top.split(b"\r\n")[1:]]
    fields = [(name.decode().lower(), value.decode()) for name, _, value in lines]

    assert body.encode() == sent
    assert [str(len(sent))] == [value for name, value in fields if name == "content-length"]
    assert not {"transfer-encoding", "content-encoding", "expect"} & dict(fields).keys()
    assert sent == Verifier(secrets=SECRET).verify(sent, fields).body


@pytest.mark.rule("P-BODY-2", "P-BODY-3")
@pytest.mark.parametrize("held", ["", "{}", " {}\n"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_get_and_delete_send_no_body_and_sign_the_empty_one(
    open_shop: Open, method: str, held: str
) -> None:
    """To a peer, and to a receiver."""
    tap = Wiretap()
    shop = open_shop(methods=["GET", "DELETE"])
    with Peer(at_once=tap) as peer:
        quick().send(task(peer.url, method=method, body=held))
        assert tap.over.wait(10)
    run = quick(clock=shop.clock).send(task(shop.url, method=method, body=held))

    assert tap.data.endswith(b"\r\n\r\n")
    assert b"content-length: 0" in tap.data.lower() or b"content-length" not in tap.data.lower()
    assert ("delivered", [b""]) == (run.outcome, shop.effects())


@pytest.mark.rule("P-BODY-3")
@pytest.mark.parametrize("held", [BODY, "{ }", "{}{}", "x"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_any_other_body_of_a_get_or_delete_is_an_error(method: str, held: str) -> None:
    with pytest.raises(ValidationError, match="sends no body"):
        task("http://127.0.0.1/", method=method, body=held)


@pytest.mark.rule("P-BODY-4")
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_an_empty_body_is_sent_empty_with_a_note(shop: Shop, method: str) -> None:
    empty = task(shop.url, method=method, body="")

    assert "the platform wants {}" in str(empty.note)
    assert task(shop.url, method=method, body="{}").note is None
    assert "delivered" == quick(clock=shop.clock).send(empty).outcome
    assert [b""] == shop.effects()


@pytest.mark.rule("P-BODY-5", "P-SIG-5")
@pytest.mark.parametrize("body", BODIES)
def test_a_receiver_hands_on_the_bytes_that_the_sender_held(shop: Shop, body: str) -> None:
    """Both ends."""
    run = quick(clock=shop.clock).send(task(shop.url, body=body))

    assert ("delivered", [body.encode()]) == (run.outcome, shop.effects())


@pytest.mark.rule("P-BODY-6")
def test_a_compressed_body_is_refused_and_never_unpacked(shop: Shop) -> None:
    packed = gzip.compress(BODY.encode())
    response = shop.post(packed, more={"Content-Encoding": "gzip"})

    assert (415, "unsupported_encoding", []) == (response.status, response.code, shop.effects())
    assert 201 == shop.post(packed).status
    assert 201 == shop.post(BODY.encode(), more={"Content-Encoding": "identity"}).status
    assert [packed, BODY.encode()] == shop.effects()
