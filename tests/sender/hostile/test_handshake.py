"""Servers that no TLS can be agreed on with, validation on or off: P-TLS-3 to P-TLS-6."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from contextlib import closing

import pytest
from click.testing import CliRunner
from tests.sender.attempting import GUARD, attempt
from tests.sender.hostile.certificates import issue, names, serving
from tests.sender.hostile.conftest import Authorities
from tests.sender.peer import OK, Connection, Peer, Script, raw, silence, status

from hookproof_runtime.command_line.root import root
from hookproof_sender import HttpTask, Sender
from hookproof_sender.targets import Policy
from hookproof_sender.wire import Outgoing, Transport

HERE = names("127.0.0.1")
ON_AND_OFF = pytest.mark.parametrize("verify", [True, False], ids=["on", "off"])


def server_hello(version: int, cipher: int) -> Script:
    """Pick a version and a cipher, whatever was offered."""
    body = version.to_bytes(2) + bytes(32) + b"\0" + cipher.to_bytes(2) + b"\0"
    message = b"\x02" + len(body).to_bytes(3) + body
    record = b"\x16\x03\x03" + len(message).to_bytes(2) + message

    def script(connection: Connection) -> None:
        connection.sock.recv(65536)
        connection.send(record)
        connection.sock.recv(65536)  # until it hangs up, so that nothing is lost to a reset

    return script


def cut(own: Authorities, at: Callable[[int], int]) -> Script:
    """Send a real server's first flight up to a byte, and hang up."""
    context = serving(issue(*HERE, by=own.root), version=ssl.TLSVersion.TLSv1_2)
    received, flight = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(received, flight, server_side=True)

    def script(connection: Connection) -> None:
        received.write(connection.sock.recv(65536))
        with pytest.raises(ssl.SSLWantReadError):
            server.do_handshake()
        data = flight.read()
        connection.send(data[: at(len(data))])

    return script


@pytest.mark.rule("P-TLS-3", "P-TLS-7")
@ON_AND_OFF
@pytest.mark.parametrize(
    ("version", "ciphers", "word"),
    [
        pytest.param(ssl.TLSVersion.TLSv1, "DEFAULT", "version 1.2 or 1.3", id="TLS-11"),
        pytest.param(ssl.TLSVersion.TLSv1_1, "DEFAULT", "version 1.2 or 1.3", id="TLS-12"),
        pytest.param(ssl.TLSVersion.TLSv1_2, "eNULL", "cipher", id="TLS-17/none"),
        pytest.param(ssl.TLSVersion.TLSv1_2, "aNULL", "cipher", id="TLS-17/anonymous"),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")  # which is why it is refused
def test_a_server_that_is_not_safe_is_refused(authorities, version, ciphers, word, verify):
    leaf = issue(*HERE, by=authorities.root)
    with Peer(tls=serving(leaf, version=version, ciphers=f"{ciphers}@SECLEVEL=0")) as peer:
        made = attempt(peer.url, authorities=authorities.path, verify_tls=verify)

    assert ("tls_failed", None, []) == (made.cause, made.status, peer.received)
    trouble, _, cure = made.sentence.partition(": ")
    assert "still safe" in trouble
    assert "its operator switches on " in cure
    assert word in made.sentence


@pytest.mark.rule("P-TLS-3")
@ON_AND_OFF
@pytest.mark.parametrize(
    ("hello", "word"),
    [
        pytest.param(server_hello(0x0300, 0x002F), "version 1.2", id="TLS-11/SSL 3"),
        pytest.param(server_hello(0x0301, 0x002F), "version 1.2", id="TLS-11/picked"),
        pytest.param(server_hello(0x0302, 0x002F), "version 1.2", id="TLS-12/picked"),
        pytest.param(server_hello(0x0303, 0x0004), "cipher", id="TLS-17/RC4 with MD5"),
        pytest.param(server_hello(0x0303, 0x0005), "cipher", id="TLS-17/RC4 with SHA"),
        pytest.param(server_hello(0x0303, 0xC011), "cipher", id="TLS-17/RC4 with ECDHE"),
        pytest.param(server_hello(0x0303, 0x003B), "cipher", id="TLS-17/none, picked"),
        pytest.param(server_hello(0x0303, 0x0008), "cipher", id="TLS-17/export"),
        pytest.param(server_hello(0x0303, 0x000A), "cipher", id="TLS-17/3DES"),
    ],
)
def test_what_was_not_offered_is_not_taken(hello, word, verify):
    with Peer(at_once=hello) as peer:
        made = attempt(peer.url.replace("http:", "https:"), verify_tls=verify)

    assert "tls_failed" == made.cause
    assert word in made.sentence


@pytest.mark.rule("P-TLS-3")
@ON_AND_OFF
@pytest.mark.parametrize(
    "version",
    [
        pytest.param(ssl.TLSVersion.TLSv1_2, id="TLS-13"),
        pytest.param(ssl.TLSVersion.TLSv1_3, id="TLS-14"),
    ],
)
def test_a_server_that_is_safe_is_taken(authorities, version, verify):
    with Peer(tls=serving(issue(*HERE, by=authorities.root), version=version)) as peer:
        made = attempt(peer.url, authorities=authorities.path, verify_tls=verify)

    assert (200, verify) == (made.status, made.tls_verified)


@pytest.mark.rule("P-TLS-4")
@ON_AND_OFF
@pytest.mark.parametrize(
    "version",
    [
        pytest.param(ssl.TLSVersion.TLSv1_2, id="TLS-18/TLS 1.2"),
        pytest.param(ssl.TLSVersion.TLSv1_3, id="TLS-18/TLS 1.3"),
    ],
)
def test_a_server_that_demands_a_certificate_is_named(authorities, version, verify):
    """In TLS 1.3 it says so after the request, and the reset that follows may overtake it."""
    context = serving(issue(*HERE, by=authorities.root), version=version)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authorities.path)
    with Peer(tls=context) as peer:
        made = attempt(peer.url, authorities=authorities.path, verify_tls=verify, body=b"x" * 1_000_000)

    assert ("tls_failed", None, []) == (made.cause, made.status, peer.received)
    assert "wants a certificate of the client" in made.sentence


def test_a_server_that_asks_for_a_certificate_and_does_without_is_taken(authorities):
    context = serving(issue(*HERE, by=authorities.root))
    context.verify_mode = ssl.CERT_OPTIONAL
    with Peer(raw(OK), raw(OK[:-1]), tls=context) as peer:
        whole, half = (attempt(peer.url, authorities=authorities.path) for _ in range(2))

    assert (200, None) == (whole.status, whole.cause)
    assert (200, "connection_reset") == (half.status, half.cause)


@pytest.mark.rule("P-TLS-7")
@ON_AND_OFF
@pytest.mark.parametrize(
    "at",
    [
        pytest.param(lambda length: 0, id="TLS-19/after the client's hello"),
        pytest.param(lambda length: 3, id="TLS-19/within a record's head"),
        pytest.param(lambda length: 60, id="TLS-19/within the server's hello"),
        pytest.param(lambda length: length // 2, id="TLS-19/within the certificate"),
        pytest.param(lambda length: length - 1, id="TLS-19/before the last byte"),
        pytest.param(lambda length: length, id="TLS-19/after the flight"),
    ],
)
def test_a_handshake_that_is_cut_is_a_failure_of_tls(authorities, at, verify):
    with Peer(at_once=cut(authorities, at)) as peer:
        url = peer.url.replace("http:", "https:")
        made = attempt(url, authorities=authorities.path, verify_tls=verify)

    assert ("tls_failed", None) == (made.cause, made.status)
    assert "ended before TLS was agreed on: " in made.sentence


@pytest.mark.rule("P-TLS-7")
@ON_AND_OFF
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(status(400), id="TLS-20/an answer"),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), id="TLS-20/another protocol"),
        pytest.param(raw(b"<html>" * 100), id="TLS-20/a page"),
    ],
)
def test_a_server_without_tls_is_named(script, verify):
    def polite(connection: Connection) -> None:
        connection.sock.recv(65536)
        script(connection)

    with Peer(at_once=polite) as peer:
        made = attempt(peer.url.replace("http:", "https:"), verify_tls=verify)

    assert ("tls_failed", None) == (made.cause, made.status)
    assert "does not speak TLS here: the task's URL takes http" in made.sentence


def task(url: str, **keys: object) -> HttpTask:
    return HttpTask.model_validate({"method": "post", "url": url, "body": "{}"} | keys)


def keep_alive_script(connection: Connection) -> None:
    """Answer every request on a connection, for as long as they come."""
    stream = connection.sock.makefile("rb")
    with stream:
        while stream.readline():
            while stream.readline().strip():
                pass
            assert b"{}" == stream.read(2)
            connection.send(OK)


@pytest.mark.rule("P-TLS-5")
@pytest.mark.parametrize(
    "keep_alive", [pytest.param(False, id="TLS-21"), pytest.param(True, id="TLS-21/kept connections")]
)
def test_off_and_on_in_one_process_share_nothing(keep_alive):
    """Neither a connection that stays open, nor a session that would need no certificate."""
    verify = [True, False, False, True, False, True]
    policy = Policy(allow_loopback=True)
    transport = Transport(10, policy=policy, keep_alive=keep_alive)
    with Peer(at_once=keep_alive_script, tls=serving(issue(*HERE))) as peer, closing(transport):
        made = [
            transport.attempt(
                transport.start(1, None),
                Outgoing("test", "POST", peer.url, body=b"{}", verify_tls=one),
                signature={},
            )
            for one in verify
        ]

    assert ["tls_self_signed" if one else None for one in verify] == [one.cause for one in made]
    assert verify == [one.tls_verified for one in made]
    assert keep_alive == any(one.reused for one in made)


@pytest.mark.rule("P-TLS-5")
def test_a_failure_is_retried_as_it_was_tried():
    sender = Sender(allow_loopback=True, retry_base=0.001)
    with Peer(tls=serving(issue(*HERE))) as peer:
        run = sender.send(task(peer.url, maxRetries=3))

        assert (4, []) == (peer.connections, peer.received)
    assert ("failed", [("tls_self_signed", True)] * 4) == (
        run.outcome, [(one.cause, one.tls_verified) for one in run.attempts],
    )  # fmt: skip


@pytest.mark.rule("P-TLS-5")
@ON_AND_OFF
@pytest.mark.parametrize(
    "code", [pytest.param(code, id=f"TLS-23/{code}") for code in (301, 302, 303, 307, 308)]
)
def test_a_redirect_to_plain_http_is_not_followed(authorities, code, verify):
    with (
        Peer() as plain,
        Peer(
            status(code, f"Location: {plain.url}", "Strict-Transport-Security: max-age=0"),
            tls=serving(issue(*HERE, by=authorities.root)),
        ) as peer,
    ):
        made = attempt(peer.url, authorities=authorities.path, verify_tls=verify)

    assert (code, False) == (made.status, made.succeeded)
    assert (1, 0) == (peer.connections, plain.connections)


@pytest.mark.rule("P-TLS-6")
@pytest.mark.parametrize("command", ["send", "test"])
def test_off_is_said_on_the_line_and_in_json(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    words = [command, "--data", "{}", "--insecure"]
    with Peer(tls=serving(issue(*HERE))) as peer:
        line, document = (
            CliRunner().invoke(root, [*words, peer.url, *more], standalone_mode=False).stdout
            for more in ([], ["--json"])
        )
    record = json.loads(document)
    (attempted,) = record["attempts"] if command == "send" else [record]

    assert "the server's certificate was NOT checked" in line
    assert ("the server's certificate was NOT checked", False) == (
        attempted["warning"], attempted["tls_verified"],
    )  # fmt: skip


@pytest.mark.rule("P-TLS-6")
def test_on_and_without_tls_there_is_nothing_to_warn_of(authorities):
    with Peer() as plain, Peer(tls=serving(issue(*HERE, by=authorities.root))) as tls:
        made = [attempt(peer.url, authorities=authorities.path) for peer in (plain, tls)]

    assert [(None, None), (True, None)] == [(one.tls_verified, one.warning) for one in made]


def test_the_deadline_holds_over_tls(authorities):
    with Peer(silence, tls=serving(issue(*HERE, by=authorities.root))) as peer:
        made = attempt(peer.url, authorities=authorities.path, seconds=1.0)

    assert "timeout" == made.cause
    assert "waiting for the answer" in made.sentence
    assert 1.0 <= made.duration_s < 1.0 + GUARD


@pytest.mark.parametrize("junk", [b"", b"\x0b", b"\x0b\xff\xff\xff\xff\xff", b"\x0b" + b"\xff" * 4000])
def test_a_certificate_message_that_is_none_does_no_harm(junk):
    """Whoever watches a handshake sees what OpenSSL has not judged yet."""
    hello = server_hello_with_message(junk)
    with Peer(at_once=hello) as peer:
        assert "tls_failed" == attempt(peer.url.replace("http:", "https:")).cause


def server_hello_with_message(message: bytes) -> Script:
    """A good hello of TLS 1.2, and then a message that is not."""
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\xc0\x2f" + b"\0"
    hello = b"\x02" + len(body).to_bytes(3) + body
    records = b"".join(b"\x16\x03\x03" + len(one).to_bytes(2) + one for one in (hello, message) if one)

    def script(connection: Connection) -> None:
        connection.sock.recv(65536)
        connection.send(records)
        connection.sock.recv(65536)

    return script
