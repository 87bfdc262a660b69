"""No secret stands among a command's words, in its JSON, or in what a shell completes."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.in_process import run_here
from tests.sender.peer import Peer, raw, status

from hookproof import BadConfiguration
from hookproof_runtime.command_line.root import root

CANARY = "canary-4711"
HOOKPROOF = [sys.executable, "-m", "hookproof_runtime"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERS_SECRET", f"secret-{CANARY}")
    monkeypatch.setenv("HOOKPROOF_SECRET", f"secret-{CANARY}")
    (tmp_path / "the.secret").write_text(f"secret-{CANARY}")
    (tmp_path / "headers").write_text(f"Authorization: Bearer {CANARY}\n\nX-Order: 4\n")
    return tmp_path


def write(folder, **keys):
    record = {"method": "post", "url": "http://127.0.0.1/", "body": "{}", "maxRetries": 0} | keys
    (folder / "task.json").write_text(json.dumps(record))


def every_command(command, words=()):
    context = click.Context(command)
    names = command.list_commands(context) if isinstance(command, click.Group) else []
    yield words, command
    for name in names:
        yield from every_command(command.get_command(context, name), (*words, name))


@pytest.mark.parametrize("case", [pytest.param(None, id="SEC-10/every option there is")])
def test_no_option_takes_a_secret_itself(case):
    found = []
    for words, command in every_command(root):
        for option in command.params:
            names = " ".join([option.name or "", *option.opts]).lower()
            if any(word in names for word in ("secret", "token", "password", "authorization")):
                assert str(option.name).endswith(("_env", "_file")), f"{' '.join(words)} {option.opts}"
                found.append(words)
    assert {("send",), ("test",), ("verify",), ("sign",)} <= set(found)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["test", "task.json"], id="SEC-10/a task's secret"),
        pytest.param(["send", "task.json"], id="SEC-10/sent"),
        pytest.param(["test", "URL", "--secret-env", "ORDERS_SECRET"], id="SEC-10/by variable"),
        pytest.param(["test", "URL", "--secret-file", "the.secret"], id="SEC-10/by file"),
        pytest.param(["test", "URL", "--header", "@headers"], id="SEC-10/a token"),
    ],
)
def test_a_command_under_way_shows_no_secret_among_its_words(folder, words):
    under_way, go_on = threading.Event(), threading.Event()

    def script(connection):
        under_way.set()
        go_on.wait(60)
        status(200)(connection)

    with Peer(script) as peer:
        write(folder, url=peer.url, secretKeyEnv="ORDERS_SECRET")
        line = [
            *HOOKPROOF,
            *(peer.url if word == "URL" else word for word in words),
            "--allow-loopback",
        ]
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as one:
            assert under_way.wait(60)
            shown = Path(f"/proc/{one.pid}/cmdline").read_bytes()
            go_on.set()
            output, _ = one.communicate(timeout=60)
        assert 0 == one.returncode
        (received,) = peer.received
    assert received.values("X-Webhook-Signature")
    assert CANARY not in shown.decode() + output


def test_a_token_among_the_words_is_refused_and_from_a_file_sent(folder):
    with Peer() as peer:
        for header in (f"Authorization: Bearer {CANARY}", f"X-Api-Key: {CANARY}", f"cookie: {CANARY}"):
            line = ["test", peer.url, "--allow-loopback", "--header", header]
            done = CliRunner().invoke(root, line, standalone_mode=False)
            assert isinstance(done.exception, BadConfiguration)
            assert "--header @FILE" in str(done.exception)
            assert CANARY not in str(done.exception)
        assert 0 == peer.connections
        line = ["test", peer.url, "--allow-loopback", "--header", "@headers", "--header", "X-B: b"]
        assert 0 == CliRunner().invoke(root, line, standalone_mode=False).return_value
        (received,) = peer.received
    assert [f"Bearer {CANARY}"] == received.values("Authorization")
    assert (["4"], ["b"]) == (received.values("X-Order"), received.values("X-B"))


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\xff", "not UTF-8"), (b"A: 1\nA: 2", "stands twice"), (b"no colon", "'Name: value'")],
)
def test_a_file_of_headers_that_is_wrong_is_said(folder, content, word):
    (folder / "headers").write_bytes(content)
    done = CliRunner().invoke(
        root, ["test", "http://h/", "--header", "@headers"], standalone_mode=False
    )
    assert word in str(done.exception)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send"], id="SEC-9/send"),
        pytest.param(["test"], id="SEC-9/test"),
        pytest.param(["task", "lint", "--strict"], id="SEC-9/task lint"),
    ],
)
def test_json_holds_no_secret_whatever_went_wrong(folder, words):
    keys = {
        "secretKey": f"secret-{CANARY}",
        "headers": {"Authorization": f"Bearer {CANARY}", "Cookie": CANARY},
    }
    options = [] if "lint" in words else ["--deadline", "5 s"]
    for script in (status(200), status(401), raw(b"no HTTP")):
        with Peer(script) as peer:
            write(folder, url=f"{peer.url}?token={CANARY}", **keys)
            line = [*words, "task.json", "--json", "--allow-loopback", *options]
            done = CliRunner().invoke(root, line, standalone_mode=False)
            assert done.exception is None
            assert json.loads(done.stdout)
            assert CANARY not in done.output


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        pytest.param("bash", "hookproof ", id="SEC-11/commands"),
        pytest.param("zsh", "hookproof test ", id="SEC-11/a task"),
        pytest.param("fish", "hookproof test --", id="SEC-11/options"),
        pytest.param("bash", "hookproof test --secret-env ", id="SEC-11/a variable"),
        pytest.param("zsh", "hookproof send task.json --secret-file ", id="SEC-11/a file"),
        pytest.param("fish", "hookproof task lint ", id="SEC-11/task files"),
        pytest.param("bash", "hookproof send http://h/ --header ", id="SEC-11/a header"),
    ],
)
def test_a_shell_completes_no_secret(folder, shell, line):
    write(folder, secretKey=f"secret-{CANARY}")
    words = line.split()
    partial = "" if line.endswith(" ") else words[-1]
    environment = {
        **os.environ,
        "_HOOKPROOF_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": partial if shell == "fish" else str(len(words) - bool(partial)),
        "HOOKPROOF_TEST_HEADERS": f"A: {CANARY}",
    }
    done = run_here(env=environment)
    assert 0 == done.returncode
    assert CANARY.encode() not in done.stdout + done.stderr
    expected = {"hookproof ": b"send", "hookproof test --": b"--secret-env"}.get(line, b"")
    assert expected in done.stdout
