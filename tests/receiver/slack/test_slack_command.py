"""`hookproof slack` makes the channels that a running receiver serves, and shows what came."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.receiver.bare_server import served

from hookproof_receiver.slack import SlackService
from hookproof_receiver.slack.payload import read_payload
from hookproof_receiver.slack.routes import blueprint
from hookproof_runtime.command_line import main
from hookproof_runtime.database import open_engine


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command in an empty folder: the answer, the notes, the exit code."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[str, str, int]:
        with pytest.raises(SystemExit) as left:
            main(["slack", *arguments])
        printed = capsys.readouterr()
        return printed.out, printed.err, int(left.value.code or 0)

    return run


def test_from_a_new_channel_to_a_message_that_is_shown(run, tmp_path: Path) -> None:
    answer, notes, code = run("new-channel", "plan-runs", "--listen", "127.0.0.1:9")
    url = answer.strip()
    assert 0 == code
    assert re.fullmatch(
        r"http://127\.0\.0\.1:9/services/T[A-Z0-9]{10}/B[A-Z0-9]{10}/[A-Za-z0-9]{24}", url
    )
    sample = shlex.split(notes.splitlines()[0])
    assert ["curl", "-X", "POST", "-H", "Content-type: application/json"] == sample[:5]
    assert url == sample[-1]

    engine = open_engine(f"sqlite:///{tmp_path}/.hookproof/inbox.db")
    with served(blueprint(SlackService(engine))) as server:
        posted = sample[sample.index("--data") + 1].encode()
        path = url.removeprefix("http://127.0.0.1:9")
        assert b"ok" == server.ask("POST", path, posted, {"Content-Type": "application/json"}).body
    engine.dispose()

    assert re.fullmatch(r"\S+Z  Hello, World!\n", run("show", "plan-runs")[0])
    shown = json.loads(run("show", "#plan-runs", "--json")[0])
    assert ("plan-runs", "Hello, World!") == (shown["channel"], shown["messages"][0]["text"])
    assert "#plan-runs  1 message\n" == run("show")[0]
    assert {"schema": 1, "channels": [{"channel": "plan-runs", "messages": 1}]} == json.loads(
        run("show", "--json")[0]
    )


def test_a_message_cannot_move_the_terminals_cursor(run, tmp_path: Path) -> None:
    run("new-channel", "plan-runs")
    engine = open_engine(f"sqlite:///{tmp_path}/.hookproof/inbox.db")
    service = SlackService(engine)
    service.post(service.channel("plan-runs"), read_payload(b'{"text": "a\\u001b[2Jb\\nc"}'))
    engine.dispose()
    assert run("show", "plan-runs")[0].endswith("  a\\x1b[2Jb\\nc\n")


def test_the_url_is_shown_only_where_it_is_asked_for(run) -> None:
    url = json.loads(run("new-channel", "plan-runs", "--json")[0])["url"]
    token = url.rpartition("/")[2]
    assert f"{url}\n" == run("show", "plan-runs", "--url")[0]
    assert token not in "".join(map(str, run("show", "--json")))
    assert token not in "".join(map(str, run("show", "plan-runs", "--json")))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(
            ["new-channel"], "for example: hookproof slack new-channel plan-runs", id="no name"
        ),
        pytest.param(["new-channel", "Plan Runs"], "a channel's name is", id="no name of a channel"),
        pytest.param(
            ["show", "nowhere"], "`hookproof slack new-channel NAME` makes one", id="no channel"
        ),
        pytest.param(["show", "--url"], "--url needs a channel's NAME", id="the URL of none"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(run, arguments: list[str], says: str) -> None:
    answer, notes, code = run(*arguments)
    assert (2, "") == (code, answer)
    assert says in notes
