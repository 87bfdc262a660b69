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
    assert {
        "schema": 1,
        "channels": [{"channel": "plan-runs", "messages": 1, "state": "open"}],
    } == json.loads(run("show", "--json")[0])


def test_a_message_cannot_move_the_terminals_cursor(run, tmp_path: Path) -> None:
    run("new-channel", "plan-runs")
    engine = open_engine(f"sqlite:///{tmp_path}/.hookproof/inbox.db")
    service = SlackService(engine)
    service.post(service.channel("plan-runs"), read_payload(b'{"text": "a\\u001b[2Jb\\nc"}'))
    engine.dispose()
    assert run("show", "plan-runs")[0].endswith("  a\\x1b[2Jb\n  c\n")


def test_the_url_is_shown_only_where_it_is_asked_for(run) -> None:
    url = json.loads(run("new-channel", "plan-runs", "--json")[0])["url"]
    token = url.rpartition("/")[2]
    assert f"{url}\n" == run("show", "plan-runs", "--url")[0]
    assert token not in "".join(map(str, run("show", "--json")))
    assert token not in "".join(map(str, run("show", "plan-runs", "--json")))


def test_the_bots_token_is_shown_only_where_it_is_asked_for(run) -> None:
    made = "".join(map(str, run("new-channel", "plan-runs")))
    token = run("show", "plan-runs", "--bot")[0].strip()
    assert re.fullmatch(r"xoxb-\d{12}-\d{12}-[A-Za-z0-9]{24}", token)
    assert {"schema": 1, "bot_token": token} == json.loads(
        run("show", "plan-runs", "--bot", "--json")[0]
    )
    others = [
        run("show"),
        run("show", "--json"),
        run("show", "plan-runs"),
        run("show", "plan-runs", "--url"),
    ]
    assert token not in made + "".join(map(str, others))


def test_the_url_may_be_as_slacks_own_are(run) -> None:
    url, notes, code = run("new-channel", "plan-runs", "--base", "https://hooks.slack.com/")
    assert 0 == code
    assert re.fullmatch(
        r"https://hooks\.slack\.com/services/T[A-Z0-9]{10}/B[A-Z0-9]{10}/[A-Za-z0-9]{24}\n", url
    )
    assert url.strip() == shlex.split(notes.splitlines()[0])[-1]
    assert url == run("show", "plan-runs", "--url", "--base", "https://hooks.slack.com")[0]


@pytest.mark.rule("P-SLACK-11")
def test_a_channel_is_archived_closed_and_opened_again(run) -> None:
    run("new-channel", "plan-runs")
    for verb, state in ("archive", "archived"), ("prohibit", "prohibited"):
        assert (f"#plan-runs is {state}\n", "", 0) == run(verb, "#plan-runs")
        assert f"#plan-runs  0 messages  {state}\n" == run("show")[0]
    assert {"schema": 1, "channel": "plan-runs", "state": "open"} == json.loads(
        run("open", "plan-runs", "--json")[0]
    )
    assert "#plan-runs  0 messages\n" == run("show")[0]


def test_a_message_is_shown_as_it_reads_in_slack(run, tmp_path: Path) -> None:
    run("new-channel", "plan-runs")
    engine = open_engine(f"sqlite:///{tmp_path}/.hookproof/inbox.db")
    service = SlackService(engine)
    for payload in (
        {"text": "*Nightly &amp; orders* is <https://a.example|done>\n> 4 rows\n```a\nb```"},
        {
            "username": "plans",
            "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Done"}}],
            "attachments": [{"color": "good", "fields": [{"title": "Rows", "value": "4"}]}],
        },
        {"blocks": [{"type": "section"}]},
    ):
        service.post(service.channel("plan-runs"), read_payload(json.dumps(payload).encode()))
    engine.dispose()
    lines = [re.sub(r"^\S+Z", "<time>", line) for line in run("show", "plan-runs")[0].splitlines()]
    assert [
        "<time>  Nightly & orders is done (https://a.example)",
        "  > 4 rows",
        "      a",
        "      b",
        "<time>  plans: Done",
        "  | Rows",
        "  | 4",
        '<time>  {"blocks": [{"type": "section"}]}',
    ] == lines


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
        pytest.param(["show", "--bot"], "--bot needs", id="the token of none"),
        pytest.param(["archive", "nowhere"], "there is no channel 'nowhere'", id="nothing to archive"),
        pytest.param(
            ["new-channel", "a", "--base", "hooks.slack.com"], "such as https://", id="no base of a URL"
        ),
        pytest.param(
            ["new-channel", "a", "--base", "https://a.example/x"], "up to its path", id="a path in it"
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(run, arguments: list[str], says: str) -> None:
    answer, notes, code = run(*arguments)
    assert (2, "") == (code, answer)
    assert says in notes
