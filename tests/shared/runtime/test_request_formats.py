"""A request as people have one: each format, as the software that saves it writes it."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line.request.formats import read_any
from hookproof_runtime.command_line.request.words import words

BODY = '{"order": 4, "who": "Zoë \'x\' $5 !"}\n'.encode()
SIGNED = {"X-Webhook-Signature": "t=1767225600000,sha256=" + "ab" * 32}
JSON = {"Content-Type": "application/json"}


def named(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_raw_http_is_split_at_its_empty_line(line_end: str) -> None:
    length = {"Content-Length": str(len(BODY))}
    head = [
        "POST /hooks HTTP/1.1",
        *(f"{name}: {value}" for name, value in (SIGNED | JSON | length).items()),
    ]
    given = read_any((line_end.join(head) + 2 * line_end).encode() + BODY, "file")
    assert BODY == given.body
    assert SIGNED["X-Webhook-Signature"] == named(given.headers)["x-webhook-signature"]
    assert () == given.notes


def test_what_follows_the_announced_length_is_left_out_and_said() -> None:
    given = read_any(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}\n", "file")
    assert b"{}" == given.body
    assert "1 bytes after" in given.notes[0]


def test_a_body_that_is_not_whole_is_said() -> None:
    given = read_any(b"POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n{}", "file")
    assert b"{}" == given.body
    assert "20 bytes were announced" in given.notes[0]


def test_chunks_are_joined() -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b"wikipedia" == read_any(head + b"4;x=1\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n", "file").body


def har(*posts: dict[str, object]) -> bytes:
    headers = [{"name": name, "value": value} for name, value in SIGNED.items()]
    pseudo = {"name": ":path", "value": "/"}
    entries = [{"request": {"method": "POST", "headers": [pseudo, *headers], **post}} for post in posts]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def test_of_a_har_the_last_request_with_a_body_is_taken() -> None:
    given = read_any(
        har({"postData": {"text": "1"}}, {"postData": {"text": BODY.decode()}}, {}), "file"
    )
    assert BODY == given.body
    assert list(SIGNED.items()) == given.headers
    assert any("number 2" in note for note in given.notes)


def test_a_har_may_hold_a_body_in_base64() -> None:
    content = {"text": b64encode(BODY).decode(), "encoding": "base64"}
    assert BODY == read_any(har({"postData": content}), "file").body


def test_an_export_holds_its_body_in_base64() -> None:
    document = {
        "headers": list(SIGNED.items()),
        "body_base64": b64encode(BODY).decode(),
        "received_ns": 1_767_225_600_000_000_000,
    }
    given = read_any(json.dumps(document).encode(), "file")
    assert (list(SIGNED.items()), BODY, 1_767_225_600_000_000_000) == given[:3]


CURLS = [
    pytest.param("--data-binary '{\"a\": 1}'", b'{"a": 1}', id="single quotes"),
    pytest.param('-d "{\\"a\\": 1}"', b'{"a": 1}', id="double quotes"),
    pytest.param(
        "--data-raw $'{\"a\": \"\\u00eb \\'x\\' \\\\n\"}'", '{"a": "ë \'x\' \\n"}'.encode(), id="ANSI"
    ),
    pytest.param("--data-raw $'\\xc3\\xab'", "ë".encode(), id="ANSI bytes"),
    pytest.param("-d a=1 -d b=2", b"a=1&b=2", id="joined"),
    pytest.param("--json '{}'", b"{}", id="json"),
    pytest.param("--data-urlencode 'a=x y&z'", b"a=x+y%26z", id="urlencode"),
    pytest.param("-d @lines", b"ab", id="a file without its line ends"),
    pytest.param("--data-binary @lines", b"a\nb\n", id="a file as it is"),
    pytest.param("--data-raw @lines", b"@lines", id="no file"),
    pytest.param("-sSkXPOST --compressed --max-time 5 -d 1", b"1", id="flags"),
    pytest.param("-d '{\\\n}'", b"{\\\n}", id="backslash and line end in quotes"),
]


@pytest.mark.parametrize(("data", "body"), CURLS)
def test_a_curl_command_gives_what_curl_would_send(
    data: str, body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lines").write_bytes(b"a\nb\n")
    command = f"curl https://a.test/hooks \\\n  -H 'X-Webhook-Signature: t=1' \\\n  {data}"
    given = read_any(command.encode(), "file")
    assert body == given.body
    assert "t=1" == named(given.headers)["x-webhook-signature"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(
    "line",
    [
        "curl 'a b'\"c $ d\" e\\ f",
        "curl $'a\\tb\\x41\\u00eb\\101' \\\n next",
        'curl "" \'\' x"y"z',
        'curl "a\\"b\\\\c\\d"',
    ],
)
def test_words_are_those_of_bash(line: str) -> None:
    script = f"printf '%s\\0' {line}"
    run = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    assert run.stdout.decode().split("\0")[:-1] == words(line)


@pytest.mark.parametrize(
    ("data", "cure"),
    [
        (b"", "raw HTTP begins"),
        (b"hello", "raw HTTP begins"),
        (b"POST / HTTP/1.1\r\nno colon\r\n\r\n", "line 2"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz", "chunks"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "chunks"),
        (b"{", "JSON"),
        (b"{}", "no HAR"),
        (b'{"log": {"entries": []}}', "no request"),
        (b'{"log": []}', "lacks a part"),
        (b'{"headers": 4}', "body_base64"),
        (b'{"hookproof_bundle": 9}', "version"),
        (b"curl -F a=b https://a.test", "multipart"),
        (b"curl -d @nowhere https://a.test", "nowhere"),
        (b"curl -d @/dev/zero https://a.test", "/dev/zero has more than"),
        (b"curl 'https://a.test", "quote"),
        (b"curl -d", "no value"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, cure: str) -> None:
    with pytest.raises(BadConfiguration, match=cure) as refused:
        read_any(data, "refused.http")
    assert "refused.http" in str(refused.value)
