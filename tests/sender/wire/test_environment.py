"""What the environment says of proxies, passwords and certificates changes nothing: P-SEND-4."""

import ssl

import pytest
import trustme
from tests.sender.attempting import attempt
from tests.sender.peer import Peer
from tests.sender.surroundings import mislead


@pytest.fixture
def surprises(monkeypatch, tmp_path):
    """A proxy that is not to be asked, a netrc not to be read, a bundle not to be trusted."""
    authority = trustme.CA()
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with Peer() as proxy:
        mislead(monkeypatch, tmp_path, proxy=proxy.port, bundle=bundle)
        yield authority
        assert 0 == proxy.connections


@pytest.mark.parametrize("headers", [(), (("Authorization", "Bearer mine"),)])
def test_neither_a_proxy_nor_netrc_is_used(surprises, headers):
    with Peer() as peer:
        assert attempt(peer.url, headers=headers).succeeded
        assert [value for _, value in headers] == peer.received[0].values("Authorization")


@pytest.mark.parametrize(
    ("verify", "status", "cause"), [(True, None, "tls_untrusted"), (False, 200, None)]
)
def test_a_bundle_neither_adds_trust_nor_switches_verification_on_again(
    surprises, verify, status, cause
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    surprises.issue_cert("127.0.0.1").configure_cert(context)
    with Peer(tls=context) as peer:
        made = attempt(peer.url, verify_tls=verify)
    assert (status, cause) == (made.status, made.cause)
