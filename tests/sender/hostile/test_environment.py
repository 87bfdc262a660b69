"""What the environment says of TLS changes nothing, in a process that was started with it: P-SEND-4."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.sender.hostile.certificates import issue, names, serving
from tests.sender.hostile.conftest import Authorities
from tests.sender.peer import Peer

ROOT = Path(__file__).parents[3]
HERE = names("127.0.0.1")

CHILD = """
import json, sys
from tests.sender.attempting import attempt
url, authorities, *verify = json.loads(sys.argv[1])
made = [attempt(url, authorities=authorities, verify_tls=one) for one in verify]
print(json.dumps([[one.cause, one.status] for one in made]))
"""

LAX = """
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = lax
[lax]
MinProtocol = TLSv1
CipherString = ALL:eNULL:aNULL:@SECLEVEL=0
"""


def outcomes(
    url: str, environment: dict[str, str], *verify: bool, authorities: str | None = None
) -> Any:
    """Causes and statuses of attempts in another process, one for each way of validation."""
    words = json.dumps([url, authorities, *verify])
    child = subprocess.run(
        [sys.executable, "-c", CHILD, words],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "" == child.stderr
    return json.loads(child.stdout)


@pytest.mark.rule("P-SEND-4")
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), id="TLS-22"),
        pytest.param(("SSL_CERT_FILE", "SSL_CERT_DIR"), id="TLS-22/OpenSSL's own"),
    ],
)
def test_a_bundle_neither_adds_trust_nor_switches_validation_on(
    authorities: Authorities, variables: tuple[str, ...]
) -> None:
    with Peer(tls=serving(issue(*HERE, by=authorities.root))) as peer:
        environment = dict.fromkeys(variables, authorities.path)
        trusted = outcomes(peer.url, environment, False, True, False)
    with Peer(tls=serving(issue(*HERE))) as peer:
        wrong = outcomes(peer.url, environment, True, False)

    assert [[None, 200], ["tls_untrusted", None], [None, 200]] == trusted
    assert [["tls_self_signed", None], [None, 200]] == wrong


@pytest.mark.rule("P-SEND-4")
@pytest.mark.parametrize("of_proxy", [pytest.param("http", id="TLS-24"), "https"])
def test_no_proxy_is_asked(authorities: Authorities, of_proxy: str) -> None:
    """One that could read everything, with a certificate that the environment vouches for."""
    tls = serving(issue(*HERE, by=authorities.root))
    with Peer(tls=tls if of_proxy == "https" else None) as proxy, Peer(tls=tls) as peer:
        environment = dict.fromkeys(
            ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
            f"{of_proxy}://127.0.0.1:{proxy.port}",
        ) | {"REQUESTS_CA_BUNDLE": authorities.path, "NO_PROXY": "", "no_proxy": ""}
        made = outcomes(peer.url, environment, True, False, authorities=authorities.path)

        assert ([[None, 200], [None, 200]], 2, 0) == (made, peer.connections, proxy.connections)


@pytest.mark.rule("P-SEND-4")
def test_no_key_of_a_connection_is_written_down(authorities: Authorities, tmp_path: Path) -> None:
    with Peer(tls=serving(issue(*HERE, by=authorities.root))) as peer:
        environment = {"SSLKEYLOGFILE": str(tmp_path / "keys")}
        made = outcomes(peer.url, environment, True, False, authorities=authorities.path)

    assert [[None, 200], [None, 200]] == made
    assert [] == list(tmp_path.iterdir())


@pytest.mark.rule("P-SEND-4", "P-TLS-2", "P-TLS-3")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_openssls_settings_make_nothing_safe_that_is_not(
    authorities: Authorities, tmp_path: Path
) -> None:
    lax = tmp_path / "openssl.cnf"
    lax.write_text(LAX)
    weak = issue(*HERE, by=authorities.root, key=rsa.generate_private_key(65537, 1024))
    good = issue(*HERE, by=authorities.root)
    got = []
    for context in (
        serving(weak),
        serving(good, version=ssl.TLSVersion.TLSv1),
        serving(good, version=ssl.TLSVersion.TLSv1_2, ciphers="eNULL@SECLEVEL=0"),
    ):
        with Peer(tls=context) as peer:
            environment = {"OPENSSL_CONF": str(lax)}
            got.append(outcomes(peer.url, environment, True, False, authorities=authorities.path))

    refused = ["tls_failed", None]
    assert [["tls_weak", None], [None, 200]] == got[0]
    assert [[refused, refused], [refused, refused]] == got[1:]
