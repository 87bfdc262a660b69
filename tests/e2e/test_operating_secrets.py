"""No secret and no token stands in what says whether a receiver is well, nor where it falls over."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.e2e.canary import SECRET, TOKEN, seen
from tests.e2e.test_secrets import HOOKPROOF, MORE, PATIENCE, SETTINGS, queue
from tests.receiver.bare_server import eventually
from tests.receiver.wire import Response, exchange, head, signed

from hookproof.clock import system_clock
from hookproof_receiver import Receiver
from hookproof_receiver.testing import Running, running_receiver
from hookproof_runtime.command_line import main

BODY = json.dumps({"order": TOKEN}).encode()


def said_by(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """What a command says, on both streams."""
    with pytest.raises(SystemExit) as left:
        main(words)
    return int(left.value.code or 0), "".join(capfd.readouterr())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with settings that are right, and what they need."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_SECRET", SECRET)
    (tmp_path / "hookproof.toml").write_text(SETTINGS.format(SECRET))
    (tmp_path / "the.secret").write_text(SECRET)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "json_option",
    [
        pytest.param([], id="SEC-1/receive --check"),
        pytest.param(["--json"], id="SEC-9/receive --check"),
    ],
)
def test_a_check_shows_no_secret(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, json_option: list[str]
) -> None:
    """Neither of what is right, nor of what looks wrong, is weak, or is shared."""
    code, said = said_by(capfd, "receive", "--check", *json_option)
    assert (0, True) == (code, "has the same secret" in said)
    assert set() == seen(said)

    monkeypatch.setenv("THE_SECRET", f"{SECRET} ")
    Path("the.secret").write_text(f'"{SECRET}"')
    Path("hookproof.toml").write_text(
        SETTINGS.format(f"{SECRET} ")
        + '[[receiver.endpoint]]\npath = "/hooks/weak"\n'
        + f'secrets = [{{ label = "w", value = "{SECRET[:6]}" }}]\n'
    )
    code, said = said_by(capfd, "receive", "--check", *json_option)
    assert (1, 3, True) == (code, said.count("or ends with a "), "can be found by trying" in said)
    assert set() == seen(said)
    assert SECRET[:6] not in said


@pytest.mark.parametrize(
    "json_option",
    [pytest.param([], id="SEC-9/doctor"), pytest.param(["--json"], id="SEC-9/doctor --json")],
)
def test_a_doctor_shows_no_secret(
    folder: Path, capfd: pytest.CaptureFixture[str], json_option: list[str]
) -> None:
    """Of stores that are full of tokens, whole and broken."""
    inbox, outbox = folder / ".hookproof/inbox.db", folder / ".hookproof/outbox.db"
    receiver = Receiver(f"sqlite:///{inbox}")

    @receiver.on("/hooks/test", secrets=SECRET)
    def fail(_message: object) -> None:
        raise RuntimeError(f"{SECRET} {TOKEN}")

    with running_receiver(receiver) as running:
        answer = exchange(running.port, signed(BODY, secret=SECRET, more=MORE), expect=1).only
        assert 500 == answer.status
    queue(folder, "http://127.0.0.1:9")
    with closing(sqlite3.connect(inbox)) as connection:
        connection.execute("UPDATE hookproof_messages SET promised_ms = 1")
        connection.execute(
            "INSERT INTO hookproof_identities (endpoint, value, message_id, created_ms) "
            "VALUES (?, ?, 'msg_gone', 1)",
            (TOKEN, TOKEN),
        )
        connection.commit()
    code, said = said_by(capfd, "doctor", *json_option)
    assert 1 == code
    assert "is given up" in said
    assert set() == seen(said)

    for file in (inbox, outbox):
        data = bytearray(file.read_bytes())
        assert {"token"} <= seen(bytes(data))
        for start in range(4096, len(data), 4096):
            data[start : start + 8] = b"\xff" * 8
        file.write_bytes(data)
    code, said = said_by(capfd, "doctor", *json_option)
    assert (1, 2) == (code, len({file for file in (inbox, outbox) if file.name in said}))
    assert set() == seen(said)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["doctor"], id="SEC-18/doctor"),
        pytest.param(["receive", "--check"], id="SEC-18/receive --check"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_the_url_of_a_database_is_not_shown(
    capfd: pytest.CaptureFixture[str], words: list[str]
) -> None:
    code, said = said_by(
        capfd, *words, "--database", f"postgresql://user:{TOKEN}@db.example/shop?password={TOKEN}"
    )
    assert code in (1, 2)
    assert set() == seen(said)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """One whose database lies in a folder that nobody is to hear of."""
    place = tmp_path / TOKEN
    receiver = Receiver(f"sqlite:///{place}/inbox.db", clock=system_clock)
    receiver.on("/hooks/test", secrets=SECRET)
    with running_receiver(receiver) as one:
        yield one


@pytest.mark.rule("P-HEALTH-3")
@pytest.mark.parametrize(
    "path", [pytest.param("/readyz", id="SEC-5/not ready"), pytest.param("/healthz", id="SEC-5/alive")]
)
def test_whether_it_is_well_is_all_that_is_said(running: Running, tmp_path: Path, path: str) -> None:
    question = head([("Host", "h"), *MORE.items()], target=f"{path}?token={TOKEN}", method="GET")
    with closing(sqlite3.connect(tmp_path / TOKEN / "inbox.db")) as connection:
        connection.execute("DROP TABLE hookproof_receiver_version")

    def ask() -> Response | None:
        reply = exchange(running.port, question, expect=1).only
        assert set() == seen(reply.body, json.dumps(reply.headers))
        return reply if reply.status == (503 if path == "/readyz" else 200) else None

    assert eventually(ask)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("console", id="SEC-12/receive", marks=pytest.mark.long),
        pytest.param("json", id="SEC-12/receive, JSON"),
    ],
)
def test_an_error_that_nobody_foresaw_shows_no_secret(folder: Path, form: str) -> None:
    """The inbox lost a column: its statements fail, with a token among their parameters."""
    process = subprocess.Popen(
        [*HOOKPROOF, "receive", "--log", form, "--ready-file", "ready"],
        cwd=folder,
        env={**os.environ, "THE_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        eventually((folder / "ready").exists)
        port = int((folder / "ready").read_text().rpartition(":")[2])
        with closing(sqlite3.connect(folder / ".hookproof/inbox.db")) as connection:
            connection.execute("ALTER TABLE hookproof_messages RENAME COLUMN digest TO gone")
        request = signed(BODY, secret=SECRET, more=MORE, target="/hooks/value")
        answer = exchange(port, request, expect=1).only
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert (503, "not_kept") == (answer.status, answer.code)
    assert "digest" in said  # what is wrong is said
    assert set() == seen(said, answer.body, json.dumps(answer.headers))
