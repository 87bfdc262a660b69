"""No secret and no token stands in anything that the programs write, say or leave behind."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.e2e.canary import SECRET, TOKEN, seen
from tests.receiver.wire import exchange, head, signed
from tests.sender.peer import OK, Connection, Peer, silence

from hookproof import Secret
from hookproof.clock import system_clock
from hookproof_receiver import Receiver
from hookproof_receiver.testing import Running, running_receiver
from hookproof_runtime.command_line import main
from hookproof_runtime.logs import configure
from hookproof_sender import HttpTask, Sender

PATIENCE = 60.0  # seconds: a guard against hanging
HOOKPROOF = [sys.executable, "-X", "faulthandler", "-m", "hookproof_runtime"]
GOOD = "a-good-secret-of-somebody-else"
SETTINGS = """
[receiver]
listen = "127.0.0.1:0"
platform = true
slack = true
[[receiver.endpoint]]
path = "/hooks/value"
secrets = [{{ label = "in the file", value = "{0}" }}]
[[receiver.endpoint]]
path = "/hooks/env"
secrets = [{{ label = "in a variable", env = "THE_SECRET" }}]
[[receiver.endpoint]]
path = "/hooks/file"
secrets = [{{ label = "in a file of its own", file = "the.secret" }}]
"""


class Ended(NamedTuple):
    """A program that has ended."""

    code: int
    output: str
    """Both streams."""


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def _none_goes_on() -> Iterator[None]:
    """Where a test fails before it ended its programs."""
    yield
    while STARTED:
        process = STARTED.pop()
        process.kill()
        process.communicate()


class Program:
    """A `hookproof` of its own, under way."""

    def __init__(self, *words: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [*HOOKPROOF, *words],
            cwd=folder,
            env={**os.environ, "THE_SECRET": SECRET, "WRONG_SECRET": f"{SECRET} "},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        STARTED.append(self.process)
        self._lines: list[str] = []

    def wait_for(self, text: str) -> None:
        """Wait for a line with this text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)
            if text in line:
                return
        raise AssertionError(self.output)

    @property
    def output(self) -> str:
        """What was waited for, so far."""
        return "".join(self._lines)

    def end(self, number: int | None = None) -> Ended:
        """Wait for its end; send it a signal before."""
        if number is not None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return Ended(self.process.returncode, self.output + rest)


def task(url: str, **keys: object) -> dict[str, object]:
    """A record full of what may not be shown."""
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Api-Key": TOKEN}
    record = {"method": "post", "body": "{}", "maxRetries": 0, "secretKey": SECRET}
    return {**record, "url": f"{url}?token={TOKEN}", "headers": headers, **keys}


def write(folder: Path, url: str, **keys: object) -> None:
    (folder / "task.json").write_text(json.dumps(task(url, **keys)))


def queue(folder: Path, url: str) -> None:
    """Leave a message on record in the folder, for a worker."""
    with closing_sender(folder) as sender:
        sender.outbox.enqueue(HttpTask.model_validate(task(url)))


@contextmanager
def closing_sender(folder: Path, **options: Any) -> Iterator[Sender]:
    database = f"sqlite:///{folder}/.hookproof/outbox.db"
    sender = Sender(database=database, allow_loopback=True, **options)
    yield sender
    sender.outbox.engine.dispose()


# What the programs say when they start.


def start_receive(folder: Path, *words: str) -> Ended:
    (folder / "hookproof.toml").write_text(SETTINGS.format(SECRET))
    (folder / "the.secret").write_text(SECRET)
    program = Program("receive", *words, folder=folder)
    program.wait_for("ready: ")
    ended = program.end(signal.SIGTERM)
    assert 0 == ended.code
    assert "two endpoints share a secret" in ended.output
    return ended


def start_for_a_first_try(folder: Path) -> Ended:
    program = Program("receive", "--listen", "127.0.0.1:0", folder=folder)
    program.wait_for("try: ")
    ended = program.end(signal.SIGTERM)
    secret = (folder / ".hookproof" / "secret").read_text().strip()
    assert secret not in ended.output
    return ended


def start_in_vain(folder: Path) -> Ended:
    (folder / "hookproof.toml").write_text(SETTINGS.format(f"{SECRET} ").replace("THE", "WRONG"))
    (folder / "the.secret").write_text(f'"{SECRET}"')
    ended = Program("receive", folder=folder).end()
    assert (2, 3) == (ended.code, ended.output.count("or ends with a "))
    return ended


def start_to_work(folder: Path) -> Ended:
    with Peer() as peer:
        queue(folder, peer.url)
        ended = Program("work", "--until-done", "--allow-loopback", folder=folder).end()
        assert 1 == len(peer.received)
    assert 0 == ended.code
    assert "ready: sending what is in" in ended.output
    return ended


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(start_receive, id="SEC-1/receive"),
        pytest.param(lambda folder: start_receive(folder, "--log", "json"), id="SEC-1/receive, JSON"),
        pytest.param(start_for_a_first_try, id="SEC-1/a first try"),
        pytest.param(start_in_vain, id="SEC-1/wrong secrets"),
        pytest.param(start_to_work, id="SEC-1/work"),
    ],
)
def test_a_start_shows_no_secret(tmp_path: Path, start: Callable[[Path], Ended]) -> None:
    assert set() == seen(start(tmp_path).output)


# What they log when everything is logged.


@pytest.fixture
def everything_logged() -> Iterator[Callable[[Any], io.StringIO]]:
    """Turns every logger's debug lines on, libraries' too."""
    loggers = [logging.getLogger(name) for name in (None, "sqlalchemy", "alembic", "waitress", "flask")]
    before = [(one, one.level, one.handlers[:]) for one in loggers]
    stream = io.StringIO()

    def log(form: Any) -> io.StringIO:
        configure(form, logging.DEBUG, stream)
        for one in loggers:
            one.setLevel(logging.DEBUG)
        return stream

    yield log
    for one, level, handlers in before:
        one.setLevel(level)
        one.handlers[:] = handlers


def fail(_message: object) -> None:
    raise OSError("the printer is on fire")


@pytest.mark.parametrize(
    "form",
    [pytest.param("console", id="SEC-2/console"), pytest.param("json", id="SEC-2/JSON")],
)
def test_debug_lines_show_no_secret(
    tmp_path: Path, everything_logged: Callable[[str], io.StringIO], form: str
) -> None:
    """Of the receiver, a sender in the foreground and a worker: two attempts each, one answered 500."""
    log = everything_logged(form)
    with running_receiver(secrets=SECRET, handler=fail) as receiver:
        url = f"{receiver.base}/hooks/test"
        with closing_sender(tmp_path, retry_cap=0.01) as sender:
            run = sender.send(HttpTask.model_validate(task(url, maxRetries=1)))
            assert [500, 500] == [one.status for one in run.attempts]
            sender.outbox.enqueue(HttpTask.model_validate(task(url, maxRetries=1)))
            sender.worker().run(until_done=True)
            sender.send(HttpTask.model_validate(task(url)), secret=GOOD)
        receiver.wait_for(5)
    logged = log.getvalue()
    for expected in ("INSERT INTO hookproof_outbox", "the handler failed", "received", "answered"):
        assert expected in logged
    assert set() == seen(logged)


# What the receiver answers.


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A receiver whose handler says more than it should."""
    receiver = Receiver(
        f"sqlite:///{tmp_path_factory.mktemp('shop')}/inbox.db",
        max_body=1000,
        platform=True,
        slack=True,
        clock=system_clock,
    )

    # The requests are signed when the tests are collected, which may be long before they are sent.
    @receiver.on("/hooks/test", secrets=Secret(SECRET, label="2026-11"), tolerance=3600)
    def fail(message: Any) -> object:
        if message.body == b"a class":
            return 200, SECRET.encode
        raise RuntimeError(f"{SECRET} {TOKEN} {message.body!r}")

    with running_receiver(receiver) as running:
        yield running


MORE = {"Authorization": f"Bearer {TOKEN}", "Cookie": TOKEN, "X-Api-Key": TOKEN}


def asked(**given: Any) -> bytes:
    """A request full of what may not be answered."""
    given.setdefault("target", f"/hooks/test?token={TOKEN}")
    given["more"] = MORE | given.get("more", {})
    return signed(TOKEN.encode(), **{"secret": SECRET, **given})


@pytest.mark.rule("P-SIG-10")
@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        pytest.param(asked(), 500, id="SEC-5/the handler raises"),
        pytest.param(signed(b"a class", secret=SECRET, more=MORE), 500, id="SEC-5/no answer at all"),
        pytest.param(asked(secret=GOOD), 401, id="SEC-5/forged"),
        pytest.param(asked(clock=lambda: 10**18), 401, id="SEC-5/stale"),
        pytest.param(asked(more={"X-Webhook-Signature": TOKEN}), 401, id="SEC-5/malformed"),
        pytest.param(asked(more={"X-Webhook-Signature": None}), 401, id="SEC-5/unsigned"),
        pytest.param(asked(target=f"/{TOKEN}"), 404, id="SEC-5/no endpoint"),
        pytest.param(asked(method="DELETE"), 405, id="SEC-5/no method"),
        pytest.param(asked(more={"Content-Length": 2000}), 413, id="SEC-5/too large"),
        pytest.param(asked(more={"Content-Encoding": TOKEN}), 415, id="SEC-5/compressed"),
        pytest.param(asked(more={"Expect": TOKEN}), 417, id="SEC-5/expects"),
        pytest.param(asked(more={"Content-Length": TOKEN}), 400, id="SEC-5/framing"),
        pytest.param(asked(more={"A": TOKEN * 20_000}), 431, id="SEC-5/a long head"),
        pytest.param(asked(more={"Transfer-Encoding": TOKEN}), 400, id="SEC-5/two lengths"),
        pytest.param(asked(target="/v4/jobGroups"), 401, id="SEC-5/the platform's end"),
        pytest.param(asked(target=f"/services/T0/B0/{TOKEN}"), 404, id="SEC-5/Slack's end"),
        pytest.param(
            head([("Host", "h"), *MORE.items()], target=f"/v4/nothing?token={TOKEN}", method="GET"),
            404,
            id="SEC-5/nothing of the platform's",
        ),
    ],
)
def test_an_error_reply_shows_no_secret(shop: Running, request_bytes: bytes, status: int) -> None:
    reply = exchange(shop.port, request_bytes, expect=1).only
    assert status == reply.status
    assert set() == seen(reply.body, json.dumps(reply.headers))


# What is left where they are killed, or fall over.


class Crash(NamedTuple):
    """How a program was killed by its own interpreter's fault."""

    limits: str
    """Its limits, while it ran."""
    ended: Ended
    files: list[str]
    """What it left in its folder."""


def send_under_way(folder: Path, peer: Peer, under_way: threading.Event) -> Program:
    write(folder, peer.url)
    program = Program("send", "task.json", "--allow-loopback", folder=folder)
    assert under_way.wait(PATIENCE)
    return program


def work_under_way(folder: Path, peer: Peer, under_way: threading.Event) -> Program:
    queue(folder, peer.url)
    program = Program("work", "--allow-loopback", folder=folder)
    assert under_way.wait(PATIENCE)
    return program


def receive_under_way(folder: Path, _peer: Peer, _under_way: threading.Event) -> Program:
    (folder / "hookproof.toml").write_text(SETTINGS.format(SECRET))
    (folder / "the.secret").write_text(SECRET)
    program = Program("receive", folder=folder)
    program.wait_for("ready: ")
    return program


PROGRAMS = {"send": send_under_way, "work": work_under_way, "receive": receive_under_way}


@pytest.fixture(scope="module")
def crashes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crash]:
    """Each program, ended by SIGABRT as an interpreter that finds itself broken is."""
    crashes = {}
    for name, start in PROGRAMS.items():
        under_way = threading.Event()

        def script(connection: Connection, under_way: threading.Event = under_way) -> None:
            under_way.set()
            silence(connection)

        folder = tmp_path_factory.mktemp(name)
        with Peer(script) as peer:
            program = start(folder, peer, under_way)
            limits = Path(f"/proc/{program.process.pid}/limits").read_text()
            crashes[name] = Crash(limits, program.end(signal.SIGABRT), os.listdir(folder))
    return crashes


@pytest.mark.parametrize("name", [pytest.param(name, id=f"SEC-12/{name}") for name in PROGRAMS])
def test_the_dump_of_a_crash_shows_no_secret(crashes: dict[str, Crash], name: str) -> None:
    code, output = crashes[name].ended
    assert -signal.SIGABRT == code
    assert "Fatal Python error: Aborted" in output
    assert 'hookproof_runtime/command_line/main.py", line' in output  # where it was is said
    assert set() == seen(output)


@pytest.mark.parametrize("name", [pytest.param(name, id=f"SEC-19/{name}") for name in PROGRAMS])
def test_a_crash_leaves_no_core_dump(crashes: dict[str, Crash], name: str) -> None:
    crash = crashes[name]
    soft = re.search(r"Max core file size +(\S+)", crash.limits)
    assert soft is not None
    assert "0" == soft[1]
    assert not [file for file in crash.files if file.startswith("core")]


@pytest.mark.parametrize(
    ("words", "number", "code"),
    [
        pytest.param(["send", "task.json"], None, 3, id="SEC-12/send falls over"),
        pytest.param(["work"], signal.SIGTERM, 0, id="SEC-12/work goes on without"),
    ],
)
def test_an_error_that_nobody_foresaw_shows_no_secret(
    tmp_path: Path, words: list[str], number: int | None, code: int
) -> None:
    """The outbox lost a column: its statements fail, with secrets among their parameters."""
    with Peer() as peer:
        queue(tmp_path, peer.url)
        write(tmp_path, peer.url)
        with closing(sqlite3.connect(tmp_path / ".hookproof" / "outbox.db")) as connection:
            connection.execute("ALTER TABLE hookproof_outbox RENAME COLUMN updated_ms TO gone")
        program = Program(*words, "--allow-loopback", folder=tmp_path)
        program.wait_for("updated_ms")  # the statement is said, without its parameters
        ended = program.end(number)
        assert [] == peer.received
    assert code == ended.code
    assert set() == seen(ended.output)


# What stands in files.


@pytest.fixture
def open_umask() -> Iterator[None]:
    """New files are everybody's, unless somebody sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize(
    ("place", "kept"),
    [
        pytest.param({"secretKey": SECRET}, {"secret"}, id="SEC-13/a value"),
        pytest.param({"secretKey": "", "secretKeyEnv": "THE_SECRET"}, set(), id="SEC-13/by variable"),
        pytest.param({"secretKey": "", "secretKeyFile": "the.secret"}, set(), id="SEC-13/by file"),
    ],
)
def test_the_outbox_is_its_owners_alone_and_forgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: dict[str, str], kept: set[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_SECRET", SECRET)
    (tmp_path / "the.secret").write_text(SECRET)
    folder = tmp_path / ".hookproof"
    found: dict[str, int] = {}
    held: set[str] = set()

    def script(connection: Connection) -> None:
        found.update({one.name: mode_of(one) for one in folder.iterdir()})
        held.update(seen(*(one.read_bytes() for one in folder.iterdir())))
        connection.send(OK)

    with Peer(script) as peer, closing_sender(tmp_path) as sender:
        run = sender.send(HttpTask.model_validate(task(peer.url, **place)))
        assert ("delivered", 1) == (run.outcome, len(peer.received))
        assert peer.received[0].values("X-Webhook-Signature")

    assert dict.fromkeys(("outbox.db", "outbox.db-wal", "outbox.db-shm"), 0o600) == found
    assert 0o700 == mode_of(folder)
    assert kept | {"token"} == held
    with closing(sqlite3.connect(folder / "outbox.db")) as connection:
        assert [(None,)] == connection.execute("SELECT private FROM hookproof_outbox").fetchall()
    assert set() == seen(*(one.read_bytes() for one in folder.iterdir()))


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("case", [pytest.param(None, id="SEC-13/the receiver's")])
def test_what_the_receiver_keeps_is_its_owners_alone_and_holds_no_secret(
    tmp_path: Path, case: None
) -> None:
    folder = tmp_path / ".hookproof"
    receiver = Receiver(f"sqlite:///{folder}/inbox.db", platform=True)
    receiver.on("/hooks/test", secrets=SECRET)(fail)
    with running_receiver(receiver) as running:
        for secret in (SECRET, GOOD):
            exchange(running.port, signed(b"{}", secret=secret), expect=1)
        running.wait_for(2)
        files = [one for one in folder.rglob("*") if one.is_file()]
        modes = {one.name: mode_of(one) for one in files}
        kept = b"".join(one.read_bytes() for one in files)
    assert {"inbox.db", "inbox.db-wal", "inbox.db-shm", "token.key"} <= set(modes)
    assert {0o600} == set(modes.values())
    assert set() == seen(kept)


@pytest.mark.parametrize("case", [pytest.param(None, id="SEC-16")])
def test_a_failure_bundle_holds_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], case: None
) -> None:
    """Nor does what is read out of it, or said on the way."""
    (tmp_path / "hookproof.toml").write_text(SETTINGS.format(SECRET))
    (tmp_path / "the.secret").write_text(SECRET)
    program = Program("receive", folder=tmp_path)
    program.wait_for("ready: ")
    port = int(program.output.split("127.0.0.1:")[1].split()[0])
    body = json.dumps({"order": TOKEN}).encode()
    request = signed(
        body.replace(b" ", b""), secret=SECRET, sent=body, more=MORE, target="/hooks/value"
    )
    refused = exchange(port, request, expect=1).only
    assert (401, "no_match") == (refused.status, refused.code)
    delivery = refused.headers["hookproof-delivery"]
    program.wait_for("why  ")
    said = program.end(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_SECRET", SECRET)
    for words, code in (
        (["inbox", "bundle", delivery, "--out", "bundle.json"], 0),
        (["inbox", "refusals", "--json"], 0),
        (["explain", "bundle.json", "--secret-env", "THE_SECRET"], 1),
    ):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert code == left.value.code
    out, err = capfd.readouterr()
    bundle = (tmp_path / "bundle.json").read_text()
    assert 0 == said.code
    assert '"proved": true' in bundle
    assert set() == seen(bundle, said.output, out, err)
