"""`hookproof outbox show --as curl` and `--as http`: the request, to be repeated by hand."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from tests.sender.cli.recorded import Recorded, answered, hookproof, task
from tests.sender.peer import Peer

from hookproof import Signer, Verifier
from hookproof_sender.wire import Outgoing, Request, masked_headers, masked_url
from hookproof_sender.wire.outgoing import Method

SECRET = "not-a-secret-for-tests"
SHELLS = [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)]
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")

BODIES = [
    pytest.param(b"", id="empty"),
    pytest.param(b'{"order": 4, "who": "O\'Hara", "cost": "$5 `x` \\n !!"}', id="quotes"),
    pytest.param(b"two\nlines\n\n", id="line ends"),
    pytest.param(b"@/etc/hostname", id="a file's name as curl has it"),
    pytest.param(b"-n %s %d %% \\101 \\\\ ''\x01", id="what printf acts on"),
    pytest.param(b"-", id="a hyphen"),
    pytest.param("Grüße, 世界".encode(), id="UTF-8"),
    pytest.param(b"\r\n\x00\xff\xfe7\x001", id="binary"),
    pytest.param(bytes(range(256)) * 3, id="every byte"),
    pytest.param("\ufeff\u202e{}".encode(), id="BOM and bidi"),
    pytest.param(b"x" * 300_000, id="more than an argument holds"),
]


def record(url: str, body: bytes, headers: dict[str, str], method: Method = "POST") -> str:
    """A message that was sent so, and failed; its id."""
    outbox = Recorded().outbox
    outgoing = Outgoing("Tell", method, url, tuple(headers.items()), body)
    leased = replace(outbox.draft(task(maxRetries=0)), outgoing=outgoing)
    outbox.begin(leased)
    sent = {"Host": "a", "Connection": "close", **headers}
    if method != "GET":
        sent["Content-Length"] = str(len(body))
    request = Request(method, masked_url(url), masked_headers(sent.items()))
    outbox.finish_attempt(leased, answered(1, 404, signed=True, request=request), Random(4))
    return leased.id


def run(shell: str, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the printed command, without the proxies of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(
        [shell], input=command, env=clean | variables, capture_output=True, text=True, timeout=60
    )


@needs_curl
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("shell", SHELLS)
def test_curl_sends_the_very_bytes(shell: str, body: bytes) -> None:
    headers = {
        "User-Agent": "hookproof/0", "Accept": "*/*", "Content-Type": "application/json",
        "X-Odd": "it's \"$HOME\" `id` \\ !",
    }  # fmt: skip
    headers |= Signer(secrets=SECRET).sign(body)
    with Peer() as peer:
        one = record(f"{peer.url}/./a{{b}}[1]?c=1", body, headers)
        command = hookproof("outbox", "show", one, "--as", "curl").stdout
        done = run(shell, command, HIDDEN_C="x&y%20z")
    assert (0, 1) == (done.returncode, len(peer.received)), done.stderr
    (received,) = peer.received
    assert body == received.body
    assert "POST /hooks/orders/./a{b}[1]?c=x&y%20z HTTP/1.1" == received.line
    assert {"Host", "Content-Length", *headers} == {name for name, _ in received.headers}
    assert list(headers.items()) == [pair for pair in received.headers if pair[0] in headers]
    Verifier(secrets=SECRET).verify(received.body, received.headers)


@needs_curl
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_curl_asks_with_the_same_method(method: Method) -> None:
    body = b"{}" if method in ("PUT", "PATCH") else b""
    with Peer() as peer:
        one = record(peer.url, body, {"Accept": "*/*", "User-Agent": "x"}, method)
        run("sh", hookproof("outbox", "show", one, "--as", "curl").stdout)
    (received,) = peer.received
    assert (method, body) == (received.line.split()[0], received.body)
    assert [] == received.values("Content-Type")


@needs_curl
def test_what_is_hidden_is_a_variable_that_must_be_filled_in() -> None:
    headers = {"Authorization": "Bearer s1", "X-Api-Key": "s2", "Accept": "*/*", "User-Agent": "x"}
    with Peer() as peer:
        one = record(f"{peer.url}?token=s3&path=s4&s5", b"{}", headers)
        shown = hookproof("outbox", "show", one, "--as", "curl")
        names = [
            "HIDDEN_TOKEN",
            "HIDDEN_PATH",
            "HIDDEN_URL",
            "HIDDEN_AUTHORIZATION",
            "HIDDEN_X_API_KEY",
        ]
        assert f"fill in first, they were hidden: {', '.join(names)}" in shown.stderr
        without = run("sh", shown.stdout)
        assert (True, []) == (without.returncode != 0, peer.received)
        values = ["s3", "s4", "s5", "s1", "s2"]
        run("sh", shown.stdout, **dict(zip(names, values, strict=True)))
    (received,) = peer.received
    assert received.line.startswith("POST /hooks/orders?token=s3&path=s4&s5 ")
    assert (["Bearer s1"], ["s2"]) == (received.values("Authorization"), received.values("X-Api-Key"))


def test_a_header_without_a_value_is_written_as_curl_has_it() -> None:
    one = record("https://a.example/", b"", {"X-Empty": ""})
    assert "-H 'X-Empty;'" in hookproof("outbox", "show", one, "--as", "curl").stdout


def test_a_name_twice_is_two_variables() -> None:
    one = record("https://a.example/?k=1&k=2", b"", {})
    shown = hookproof("outbox", "show", one, "--as", "curl").stdout
    assert """'https://a.example/?k='"${HIDDEN_K:?}"'&k='"${HIDDEN_K_2:?}" """ in shown


@pytest.mark.parametrize("checked", [True, False])
def test_a_certificate_that_is_not_checked_is_not_checked_by_curl(checked: bool) -> None:
    one = Recorded().add("pending", url="https://a.example/", sslVerification=checked)
    shown = hookproof("outbox", "show", one, "--as", "curl").stdout
    assert checked is ("--insecure" not in shown)


@pytest.mark.parametrize("body", BODIES)
def test_raw_http_is_what_verify_reads(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Authorization": "Bearer x", "A": "b", **Signer(secrets=SECRET).sign(body)}
    one = record("https://a.example?token=x", body, headers)
    shown = hookproof("outbox", "show", one, "--as", "http")
    head, _, rest = shown.stdout_bytes.partition(b"\r\n\r\n")
    assert body == rest
    assert ["POST /?token=… HTTP/1.1", "Host: a", "Connection: close", "Authorization: Bearer …"] == (
        head.decode().split("\r\n")[:4]
    )
    Path("request").write_bytes(shown.stdout_bytes)
    monkeypatch.setenv("HOOKPROOF_SECRET", SECRET)
    assert 0 == hookproof("verify", "--request", "request").return_value
    assert "its signature is of " in shown.stderr


def test_raw_http_on_a_terminal_is_inert() -> None:
    one = record("https://a.example/", b"\x1b[2J\xc2\x9b31m\xff", {"A": "b"})
    terminal, other_end = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "hookproof_runtime", "outbox", "show", one, "--as", "http"],
            stdout=other_end, stderr=subprocess.DEVNULL, check=True, timeout=60,
        )  # fmt: skip
        shown = os.read(terminal, 65536)
    finally:
        os.close(terminal)
        os.close(other_end)
    assert shown.endswith(b"A: b\r\nContent-Length: 10\r\n\r\n\\x1b[2J\\x9b31m\\xff\r\n")


@pytest.mark.parametrize("form", ["curl", "http"])
def test_what_was_not_sent_yet_is_shown_as_it_will_be(form: str) -> None:
    one = Recorded().add(
        "pending", url="http://127.0.0.1:9/a", headers={"A": "b"}, body='{"a": 1}', secretKey=SECRET
    )
    shown = hookproof("outbox", "show", one, "--as", form)
    wanted = {
        "curl": "curl -i 'http://127.0.0.1:9/a' \\\n  -H 'A: b' \\\n  -H 'Content-Type:' \\\n  "
        "-H 'Expect:' \\\n  --data-binary '{\"a\": 1}'\n",
        "http": 'POST /a HTTP/1.1\r\nHost: 127.0.0.1:9\r\nA: b\r\nContent-Length: 8\r\n\r\n{"a": 1}',
    }
    assert wanted[form].encode() == shown.stdout_bytes
    assert "it was not sent yet: signature and GUID come when it is" in shown.stderr
