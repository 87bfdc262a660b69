"""`hookproof listen`, in front of an application that verifies by itself."""

from __future__ import annotations

import gzip
import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hookproof.testing import SECRET, signed_headers
from hookproof_runtime.command_line import main

from ..forwarding.app import App, free_port, serving
from ..wire import chunked, exchange, good, head, signed
from .conftest import Folder, Program
from .test_receive import as_it_was as as_it_was

GUID = "11111111-2222-4333-8444-555555555555"


@contextmanager
def listening(folder: Folder, target: object, *words: str, **variables: str) -> Iterator[Program]:
    """`hookproof listen`, whose secret is that of the tests."""
    secret = folder.path / ".hookproof/secret"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text(SECRET)
    whole = ("listen", "--listen", "127.0.0.1:0", "--forward-to", str(target), *words)
    with folder.run_until_stopped(*whole, **variables) as program:
        yield program


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, App]]:
    """One `listen` for the tests that leave it as it was, and its application."""
    app = App()
    folder = Folder(tmp_path_factory.mktemp("listen"))
    with serving(app) as port, listening(folder, f"{port}/hooks/test") as program:
        program.line()
        yield program, app


@pytest.fixture
def program(both: tuple[Program, App]) -> Program:
    return both[0]


@pytest.fixture
def app(both: tuple[Program, App]) -> App:
    both[1].forget()
    return both[1]


BODIES = [
    pytest.param(b'{"order": 4}', id="JSON"),
    pytest.param(
        b'{ "order":4,\n"order": "\\/caf\\u00e9 \xc3\xa9" }\r\n', id="JSON as somebody wrote it"
    ),
    pytest.param(b"\xff\xfe\x00\x80 not UTF-8 \xed\xa0\x80", id="not UTF-8"),
    pytest.param(b"\r\n\r\n", id="line ends"),
    pytest.param(b"x" * 300_000, id="large"),
    pytest.param(b"", id="empty"),
]


@pytest.mark.rule("P-FWD-1")
@pytest.mark.parametrize("body", BODIES)
def test_the_bytes_arrive_as_they_came(program: Program, app: App, body: bytes) -> None:
    assert 200 == good(program.port, body=body).status
    (got,) = app.wait_for(1)
    received, answered = program.line(), program.line()

    assert body == got.body
    assert got.is_good
    assert f"--> POST /hooks/test  {len(body)} B" in received
    assert "verified" in received
    assert "<-- 200 in " in answered
    assert answered.endswith("  forwarded")
    assert [word for word in received.split() if word.startswith("dlv_")] == got.all(
        "Hookproof-Delivery"
    )
    assert [word for word in answered.split() if word.startswith("msg_")] == got.all(
        "Hookproof-Message"
    )
    assert got.all("Hookproof-Delivery")[0] in answered


@pytest.mark.rule("P-FWD-1")
def test_a_chunked_body_arrives_whole_with_its_length(program: Program, app: App) -> None:
    assert 200 == exchange(program.port, chunked(b"123456789", size=2), expect=1).only.status
    (got,) = app.wait_for(1)
    program.line(), program.line()

    assert (b"123456789", ["9"], []) == (
        got.body,
        got.all("Content-Length"),
        got.all("Transfer-Encoding"),
    )
    assert got.is_good


@pytest.mark.rule("P-FWD-2")
def test_the_headers_arrive_as_they_came(program: Program, app: App) -> None:
    body = b"\xe9"
    given = [
        ("x-custom", "one"),
        ("USER-AGENT", "platform/1"),
        ("Content-Type", "text/plain; charset=latin-1"),
        *signed_headers(body).items(),
        ("X-Http-Task-Guid", GUID),
        ("X-Custom", "two,  three"),
        ("X_Under", "score"),
        ("X-Empty", ""),
        ("Accept-Encoding", "gzip"),
        ("X-Latin", "caf\xe9"),
    ]
    ours = [("hoST", "receiver.example"), ("Connection", "close, X-Hop"), ("X-Hop", "1")]
    data = head([*ours, *given, ("content-length", 1), ("Hookproof-Message", "msg_forged")]) + body
    assert 200 == exchange(program.port, data, expect=1).only.status
    (got,) = app.wait_for(1)
    program.line(), program.line()

    names = [name for name, _ in got.fields]
    assert "Host" == names[0]
    assert got.all("Host")[0].startswith("127.0.0.1:")
    assert given == got.fields[1 : 1 + len(given)]
    rest = ["Hookproof-Message", "Hookproof-Delivery", "Content-Length", "Connection"]
    assert rest == names[1 + len(given) :]
    assert got.all("Hookproof-Message")[0] != "msg_forged"


@pytest.mark.rule("P-FWD-1")
@pytest.mark.rule("P-FWD-4")
def test_a_refused_and_a_doubled_request_are_told_and_not_forwarded(program: Program, app: App) -> None:
    data = signed(b"good")
    refused = exchange(program.port, signed(b"good", sent=b"evil"), expect=1).only
    lines = [program.line() for _ in range(3)]
    statuses = [exchange(program.port, data, expect=1).only.status]
    app.wait_for(1)
    program.line(), program.line()
    statuses.append(exchange(program.port, data, expect=1).only.status)
    program.line()
    doubled = program.line()

    assert (401, "no_match") == (refused.status, refused.code)
    assert "refused, no_match" in lines[0]
    assert ["--> ", "<-- ", "why "] == [line[14:18] for line in lines]
    assert [200, 200] == statuses
    assert "kept" in doubled  # or, once that is written down, "a duplicate: the kept answer"
    assert [b"good"] == app.bodies


def test_the_query_string_goes_along(program: Program, app: App) -> None:
    assert 200 == good(program.port, target="/hooks/test?a=%2F&b").status
    (got,) = app.wait_for(1)
    program.line(), program.line()

    assert "/hooks/test?a=%2F&b" == got.target


@pytest.mark.rule("P-FWD-7")
def test_synchronous_passes_the_applications_answer_on(folder: Folder) -> None:
    """Its status, body and type; only a 2xx is final; and while it is away, the sender is told so."""
    app, port = App(), free_port()
    words = ("--synchronous", "--path", "/a", "--path", "/b", "--path", "/a")
    with listening(folder, port, *words) as program:
        assert program.ready.endswith(f"  /a, /b  forwarded to http://127.0.0.1:{port}")
        tried = program.line()
        away = good(program.port, body=b"1", target="/a", guid=GUID)
        said = [program.line() for _ in range(3)]
        with serving(app, port):
            app.answers = [(404, b"no route"), (201, b"<b>made</b>"), (200, gzip.compress(b"packed"))]
            app.headers = [("Content-Type", "text/html; charset=utf-8")]
            answers = [good(program.port, body=b"1", target="/a", guid=GUID) for _ in range(3)]
            app.headers.append(("Content-Encoding", "gzip"))
            answers.append(good(program.port, body=b"2", target="/b"))
            said += [program.line() for _ in range(9)]

    assert tried.endswith("--secret-file .hookproof/secret --allow-loopback")
    assert 503 == away.status
    assert "cannot be reached: nothing listens there" in said[1]
    assert "<-- 503 in " in said[2]
    assert [404, 201, 201, 200] == [answer.status for answer in answers]
    assert [b"no route", *[b"<b>made</b>"] * 2, b"packed"] == [answer.body for answer in answers]
    assert {"text/html; charset=utf-8"} == {answer.headers["content-type"] for answer in answers}
    assert ["/a", "/a", "/b"] == [got.target for got in app.got]
    assert 1 == len({got.all("Hookproof-Message")[0] for got in app.got[:2]})
    assert "is back after " in said[4]
    assert said[5].endswith("the application answered 404")


SETTINGS = """
[receiver]
database = "sqlite:///kept/inbox.db"
workers = 0
[[receiver.endpoint]]
path = "/hooks/stripe"
scheme = "stripe"
secrets = [{ label = "2026-11", env = "STRIPE_SECRET" }]
handler = "nowhere:handler"
"""


def test_jsonl_tells_each_thing_in_a_document(folder: Folder) -> None:
    """With the endpoints of the settings less their handlers, the ready file, and Ctrl-C at the end."""
    (folder.path / "hookproof.toml").write_text(SETTINGS)
    app = App()
    body = b'{"id": "evt_1"}'
    fields: list[tuple[str, str | int]] = [("Host", "a"), ("Content-Length", len(body))]
    with serving(app) as port:
        words = ("--jsonl", "--ready-file", "ready")
        with listening(folder, port, *words, STRIPE_SECRET=SECRET) as program:
            listens = json.loads(program.ready)
            at = int(listens["url"].rpartition(":")[2])
            data = head(
                [*fields, *signed_headers(body, scheme="stripe").items()], target="/hooks/stripe"
            )
            assert 200 == exchange(at, data + body, expect=1).only.status
            assert 401 == good(at, target="/hooks/stripe").status
            app.wait_for(1)
            told = [json.loads(program.line()) for _ in range(6)]
            ended = program.end(signal.SIGINT)
    by = {event["event"]: event for event in told}

    assert {
        "schema": 1,
        "event": "ready",
        "url": (folder.path / "ready").read_text().strip(),
        "forward_to": f"http://127.0.0.1:{port}",
        "paths": ["/hooks/stripe"],
    } == listens
    assert (130, "", "stopped\n") == (ended.code, ended.out, ended.err)
    (good_one,) = [event for event in told if event.get("verdict") == "valid"]
    assert [15, "2026-11", None] == [good_one[key] for key in ("body_bytes", "secret_label", "code")]
    assert {"received", "answered", "forwarded", "explained"} == set(by)
    forwarded = by["forwarded"]
    assert (200, True, None) == (forwarded["status"], forwarded["taken"], forwarded["cause"])
    assert good_one["delivery"] == forwarded["delivery"]
    assert (1, False) == (forwarded["attempt"], forwarded["signed_anew"])
    assert {1} == {event["schema"] for event in told}
    assert (folder.path / "kept/inbox.db").exists()


WRONG = [
    pytest.param((), 2, "for example: hookproof listen --forward-to 3000", id="nowhere"),
    pytest.param(("--forward-to", "ftp://a/"), 2, "neither http nor https", id="scheme"),
    pytest.param(
        ("--forward-to", "0"), 2, "for example: hookproof listen --forward-to 3000", id="port"
    ),
    pytest.param(("--forward-to", "3000", "--path", "orders"), 2, "a path is plain", id="path"),
    pytest.param(("--forward-to", "3000", "--timeout", "3"), 2, "a number and a unit", id="timeout"),
    pytest.param(("--forward-to", "3000", "--scheme", "stripe"), 2, "there is no secret", id="secret"),
    pytest.param(("--forward-to", "3000", "--secret-env", "HP_NO"), 2, "HP_NO is not set", id="unset"),
    pytest.param(("--forward-to", "3000", "--listen", "8080"), 2, "listen at HOST:PORT", id="listen"),
]


@pytest.mark.parametrize(("words", "code", "sentence"), WRONG)
@pytest.mark.usefixtures("as_it_was")
def test_what_is_wrong_is_a_sentence_and_an_exit_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["listen", "--listen", "127.0.0.1:0", *words])
    out, err = capfd.readouterr()

    assert (code, "") == (left.value.code, out)
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("as_it_was")
def test_where_the_port_is_taken_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(SystemExit) as left,
    ):
        at = f"127.0.0.1:{other.getsockname()[1]}"
        main(["listen", "--listen", at, "--forward-to", "3000"])

    assert 3 == left.value.code
    assert "cannot listen at" in capfd.readouterr().err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.usefixtures("as_it_was")
def test_it_does_not_forward_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], host: str
) -> None:
    monkeypatch.chdir(tmp_path)
    port = free_port()
    with pytest.raises(SystemExit) as left:
        main(["listen", "--listen", f"127.0.0.1:{port}", "--forward-to", f"http://{host}:{port}/a"])

    assert 2 == left.value.code
    assert "is where messages are received" in capfd.readouterr().err
