"""Every certificate that a server may show, with validation on and off: P-TLS-1, P-TLS-2, P-TLS-7."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.sender.attempting import attempt
from tests.sender.hostile.certificates import (
    FUTURE,
    PAST,
    issue,
    issue_under_sha1,
    names,
    serving,
)
from tests.sender.hostile.conftest import Authorities, Names
from tests.sender.peer import Peer

from hookproof_sender.wire import Attempt

Server = Callable[[Authorities], ssl.SSLContext]

HERE = names("shop.example", "127.0.0.1")
STRANGER = issue(authority=True, common="stranger")


def shown(*alternative: str, **options: Any) -> Server:
    """A server whose certificate, by a trusted authority, is for these names."""
    return lambda own: serving(issue(*names(*alternative), by=own.root, **options))


def in_between(**options: Any) -> Server:
    """A server that sends the authority between it and the root."""

    def server(own: Authorities) -> ssl.SSLContext:
        between = own.below(**options)
        return serving(issue(*HERE, by=between), between)

    return server


def by_a_stranger(own: Authorities) -> ssl.SSLContext:
    """A server that sends a whole chain, to a root that nobody trusts."""
    return serving(issue(*HERE, by=STRANGER), STRANGER)


def by_a_strangers_friend(own: Authorities) -> ssl.SSLContext:
    """A server that sends a chain without the root."""
    between = issue(authority=True, common="between", by=STRANGER)
    return serving(issue(*HERE, by=between, issuers_address=True), between)


def by_no_authority(own: Authorities) -> ssl.SSLContext:
    """A server whose certificate was signed with that of another server."""
    other = issue(common="other server", by=own.root)
    return serving(issue(*HERE, by=other), other)


def alone(version: ssl.TLSVersion) -> Server:
    """A server that leaves out what stands between it and the root."""
    return lambda own: serving(issue(*HERE, by=own.below(), issuers_address=True), version=version)


def short_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


WHOLE = [
    pytest.param(shown("shop.example"), id="TLS-1"),
    pytest.param(in_between(), id="TLS-1/an authority between"),
    pytest.param(in_between(permitted=names("shop.example")), id="TLS-25/within the constraints"),
    pytest.param(shown("*.example", "*.shop.example", "SHOP.EXAMPLE"), id="TLS-1/any case"),
    pytest.param(lambda own: serving(issue(*HERE, by=own.rsa)), id="TLS-15/2048 bits"),
]

BAD = [
    pytest.param("tls_expired", shown("shop.example", ends=PAST), id="TLS-2"),
    pytest.param("tls_expired", in_between(ends=PAST), id="TLS-2/an authority"),
    pytest.param("tls_not_yet_valid", shown("shop.example", begins=FUTURE), id="TLS-3"),
    pytest.param("tls_wrong_name", shown("other.example"), id="TLS-4"),
    pytest.param("tls_wrong_name", shown("shop.example.evil.example"), id="TLS-4/longer"),
    pytest.param("tls_wrong_name", shown("example"), id="TLS-4/shorter"),
    pytest.param("tls_wrong_name", shown(common="shop.example"), id="TLS-5"),
    pytest.param(
        "tls_wrong_name", shown("other.example", common="shop.example"), id="TLS-5/beside another"
    ),
    pytest.param("tls_untrusted", by_a_stranger, id="TLS-6"),
    pytest.param("tls_untrusted", by_a_strangers_friend, id="TLS-6/without its root"),
    pytest.param("tls_untrusted", lambda own: serving(issue(*HERE, by=STRANGER)), id="TLS-6/alone"),
    pytest.param("tls_untrusted", by_no_authority, id="TLS-6/no authority"),
    pytest.param("tls_self_signed", lambda own: serving(issue(*HERE)), id="TLS-7"),
    pytest.param(
        "tls_self_signed", lambda own: serving(issue(*HERE, authority=True)), id="TLS-7/an authority"
    ),
    pytest.param("tls_wrong_name", shown("*"), id="TLS-8/all"),
    pytest.param("tls_wrong_name", shown("*.example"), id="TLS-8/a top level"),
    pytest.param("tls_wrong_name", shown("*.*"), id="TLS-8/twice"),
    pytest.param("tls_wrong_name", shown("sh*.example"), id="TLS-8/within a label"),
    pytest.param("tls_wrong_name", shown("shop.*"), id="TLS-8/at the end"),
    pytest.param("tls_wrong_name", shown("127.0.0.1"), id="TLS-9/an address alone"),
    pytest.param("tls_incomplete_chain", alone(ssl.TLSVersion.TLSv1_2), id="TLS-10/TLS 1.2"),
    pytest.param("tls_incomplete_chain", alone(ssl.TLSVersion.TLSv1_3), id="TLS-10/TLS 1.3"),
    pytest.param("tls_weak", shown("shop.example", key=short_key()), id="TLS-15"),
    pytest.param("tls_weak", lambda own: serving(issue(*HERE, by=own.weak)), id="TLS-15/an authority"),
    pytest.param("tls_weak", lambda own: serving(issue_under_sha1(HERE, own.rsa)), id="TLS-16"),
    pytest.param("tls_untrusted", in_between(permitted=names("good.example")), id="TLS-25"),
]


@pytest.fixture
def try_it(authorities: Authorities, names_of: Names) -> Callable[..., tuple[Attempt, Peer]]:
    """Make one attempt at a server of the name shop.example, or of another one."""

    def made(server: Server, host: str = "shop.example", **options: Any) -> tuple[Attempt, Peer]:
        names_of(host, ["127.0.0.1"])
        with Peer(tls=server(authorities)) as peer:
            url = f"https://{host}:{peer.port}/hooks/orders"
            return attempt(url, authorities=authorities.path, **options), peer

    return made


@pytest.mark.rule("P-TLS-1")
@pytest.mark.parametrize("verify", [True, False], ids=["on", "off"])
@pytest.mark.parametrize("server", WHOLE)
def test_a_good_certificate_is_taken(try_it, server, verify):
    made, peer = try_it(server, verify_tls=verify)

    assert (200, verify) == (made.status, made.tls_verified)
    assert b"{}" == peer.received[0].body


@pytest.mark.rule("P-TLS-1", "P-TLS-2", "P-TLS-7")
@pytest.mark.parametrize(("cause", "server"), BAD)
def test_on_nothing_is_sent_and_the_sentence_says_who_mends_it(try_it, cause, server):
    made, peer = try_it(server, verify_tls=True)

    assert (cause, None, True, None) == (made.cause, made.status, made.tls_verified, made.warning)
    assert (1, []) == (peer.connections, peer.received)
    trouble, _, cure = made.sentence.partition(": ")
    assert "certificate" in trouble
    assert "operator" in cure or "the task's URL takes" in cure


@pytest.mark.rule("P-TLS-6")
@pytest.mark.parametrize(("cause", "server"), BAD)
def test_off_it_is_sent_and_the_attempt_warns(try_it, cause, server):
    made, peer = try_it(server, verify_tls=False)

    assert (None, 200, False) == (made.cause, made.status, made.tls_verified)
    assert "certificate was NOT checked" in made.warning
    assert b"{}" == peer.received[0].body


@pytest.mark.rule("P-TLS-1")
@pytest.mark.parametrize("verify", [True, False], ids=["on", "off"])
@pytest.mark.parametrize(
    ("host", "name", "good"),
    [
        pytest.param("127.0.0.1", "127.0.0.1", True, id="TLS-9/an address"),
        pytest.param("127.0.0.1", "127.0.0.2", False, id="TLS-9/another address"),
        pytest.param("127.0.0.1", "dns:127.0.0.1", False, id="TLS-9/an address as a name"),
        pytest.param("127.0.0.1", "dns:*.0.0.1", False, id="TLS-8/a part of an address"),
        pytest.param("127.0.0.1", "shop.example", False, id="TLS-9/a name alone"),
        pytest.param("a.shop.example", "*.shop.example", True, id="TLS-8/one label"),
        pytest.param("b.a.shop.example", "*.shop.example", False, id="TLS-8/two labels"),
        pytest.param("shop.example", "*.shop.example", False, id="TLS-8/no label"),
        pytest.param("b.a.shop.example", "b.*.shop.example", False, id="TLS-8/the second label"),
    ],
)
def test_a_certificate_is_for_names_and_addresses_as_they_stand(try_it, host, name, good, verify):
    made, peer = try_it(shown(name), host, verify_tls=verify)

    assert good == (made.cause != "tls_wrong_name") or not verify
    assert (good or not verify) == made.succeeded == bool(peer.received)


def test_a_lone_certificate_that_names_no_issuers_address_is_untrusted(try_it):
    """It may as well be by an authority of somebody's own: only public ones always name it."""
    made, _ = try_it(lambda own: serving(issue(*HERE, by=own.below())), verify_tls=True)

    assert "tls_untrusted" == made.cause


def test_a_server_that_may_do_without_the_clients_certificate_fails_for_its_own_reason(try_it):
    def server(own: Authorities) -> ssl.SSLContext:
        context = serving(issue(*HERE, by=own.root, ends=PAST))
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    assert "tls_expired" == try_it(server, verify_tls=True)[0].cause
    assert 200 == try_it(server, verify_tls=False)[0].status
