"""The switch `sslVerification`, over real certificates: P-SEND-5."""

import ssl
from datetime import UTC, datetime

import pytest
import trustme
from tests.sender.attempting import attempt
from tests.sender.peer import Peer, silence, status

from hookproof_sender.wire import Attempt

PAST = datetime(2001, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FUTURE = datetime(2990, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def serving(leaf, *above):
    """A TLS context that sends this certificate, and these of the chain above it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = b"".join(part.bytes() for part in (leaf.private_key_and_cert_chain_pem, *above))
    with trustme.Blob(pem).tempfile() as path:
        context.load_cert_chain(path)
    return context


def itself(authority):
    """A TLS context that sends an authority's own certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(
        authority.private_key_pem.bytes() + authority.cert_pem.bytes()
    ).tempfile() as path:
        context.load_cert_chain(path)
    return context


STRANGER = trustme.CA()

BAD = {
    "expired": (
        "tls_expired",
        lambda own: serving(own.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=PAST)),
    ),
    "not yet valid": (
        "tls_not_yet_valid",
        lambda own: serving(own.issue_cert("127.0.0.1", not_before=FUTURE)),
    ),
    "another name": ("tls_wrong_name", lambda own: serving(own.issue_cert("other.example"))),
    "a name that is common alone": (
        "tls_wrong_name",
        lambda own: serving(own.issue_cert("other.example", common_name="127.0.0.1")),
    ),
    "another address": ("tls_wrong_name", lambda own: serving(own.issue_cert("127.0.0.2"))),
    "signed by itself": ("tls_self_signed", lambda own: itself(STRANGER)),
    "an unknown root in the chain": (
        "tls_self_signed",
        lambda own: serving(STRANGER.issue_cert("127.0.0.1"), STRANGER.cert_pem),
    ),
    "an unknown authority": ("tls_untrusted", lambda own: serving(STRANGER.issue_cert("127.0.0.1"))),
}


@pytest.mark.parametrize("kind", BAD)
def test_on_nothing_is_sent_to_a_server_whose_certificate_is_not_valid(authority, trusted, kind):
    cause, context = BAD[kind]
    with Peer(tls=context(authority)) as peer:
        made = attempt(peer.url, authorities=trusted)
        assert (cause, True, None) == (made.cause, made.tls_verified, made.status)
        assert [] == peer.received


@pytest.mark.parametrize("kind", BAD)
def test_off_it_is_sent_and_the_attempt_says_so(authority, trusted, kind):
    with Peer(tls=BAD[kind][1](authority)) as peer:
        made = attempt(peer.url, authorities=trusted, verify_tls=False)
        assert (200, False) == (made.status, made.tls_verified)
        assert b"{}" == peer.received[0].body


def test_on_a_valid_certificate_of_a_trusted_authority_is_good(authority, trusted):
    with Peer(tls=serving(authority.issue_cert("127.0.0.1"))) as peer:
        made = attempt(peer.url, authorities=trusted)
    assert (200, True) == (made.status, made.tls_verified)


def test_off_and_then_on_in_one_process_share_nothing(authority, trusted):
    with Peer(tls=serving(authority.issue_cert("other.example"))) as peer:
        verify = [False, True, False]
        made = [attempt(peer.url, authorities=trusted, verify_tls=one).cause for one in verify]
    assert [None, "tls_wrong_name", None] == made


def test_without_tls_nothing_was_verified():
    with Peer() as peer:
        assert attempt(peer.url).tls_verified is None


def test_a_server_without_tls_is_named():
    with Peer(at_once=status(400)) as peer:
        made = attempt(peer.url.replace("http:", "https:"))
    assert "tls_failed" == made.cause
    assert "does not speak TLS" in made.sentence


@pytest.mark.parametrize(
    ("version", "causes"),
    [
        (ssl.TLSVersion.TLSv1_2, {"tls_failed"}),
        # Here the refusal comes after the request, and the reset that follows may overtake it.
        (ssl.TLSVersion.TLSv1_3, {"tls_failed", "connection_reset"}),
    ],
)
def test_a_server_that_demands_a_certificate_is_named(authority, trusted, version, causes):
    context = serving(authority.issue_cert("127.0.0.1"))
    context.minimum_version = context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    with Peer(tls=context) as peer:
        assert attempt(peer.url, authorities=trusted).cause in causes


def test_a_handshake_that_is_cut_is_a_failure_of_tls():
    with Peer(at_once=lambda connection: None) as peer:
        made = attempt(peer.url.replace("http:", "https:"))
    assert "tls_failed" == made.cause


def test_the_deadline_holds_over_tls(authority, trusted):
    with Peer(silence, tls=serving(authority.issue_cert("127.0.0.1"))) as peer:
        made: Attempt = attempt(peer.url, authorities=trusted, seconds=0.4)
    assert "timeout" == made.cause
    assert "waiting for the answer" in made.sentence
