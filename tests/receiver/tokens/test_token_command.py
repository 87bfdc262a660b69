"""`hookproof token` makes tokens that the receiver beside it takes, lists them, and takes them back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.tokens import InvalidToken, Tokens, TokenStore, signing_key
from hookproof_runtime.command_line import main
from hookproof_runtime.database import open_engine


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command in an empty folder: the answer, the notes, the exit code."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[str, str, int]:
        with pytest.raises(SystemExit) as left:
            main(["token", *arguments])
        printed = capsys.readouterr()
        return printed.out, printed.err, int(left.value.code or 0)

    return run


def test_the_token_alone_is_the_answer_and_it_is_good(run, tmp_path: Path) -> None:
    answer, notes, code = run("new", "--scope", "run-job", "--expires", "1 h")
    assert 0 == code
    token = Tokens(signing_key(tmp_path / ".hookproof")).check(answer.removesuffix("\n"), "run-job")
    assert token.id in notes
    assert token.text not in notes


def test_as_json_it_says_what_it_is_good_for(run, tmp_path: Path) -> None:
    document = json.loads(run("new", "--scope", "run-job", "--json")[0])
    assert {"schema", "token", "id", "scope", "label", "expires_at"} == set(document)
    token = Tokens(signing_key(tmp_path / ".hookproof")).check(document["token"], "run-job")
    assert (token.id, token.scope) == (document["id"], document["scope"])


def test_the_key_lies_beside_the_database_that_the_settings_name(run, tmp_path: Path) -> None:
    (tmp_path / "hookproof.toml").write_text('[receiver]\ndatabase = "sqlite:///data/shop.db"\n')
    answer, _, _ = run("new", "--scope", "run-job")
    Tokens(signing_key(tmp_path / "data")).check(answer.strip(), "run-job")
    assert not (tmp_path / ".hookproof").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param([], "for example: hookproof token new --scope run-job", id="no scope"),
        pytest.param(["--scope", "everything"], "run-job", id="no such scope"),
        pytest.param(["--scope", "run-job", "--expires", "1"], '"300 s"', id="no unit"),
        pytest.param(["--scope", "run-job", "--expires", "91 d"], "at most 90 days", id="too long"),
        pytest.param(["--scope", "run-job", "--label", "a\nb"], "one line", id="a label of two lines"),
        pytest.param(["--scope", "run-job", "--label", "a" * 81], "80 characters", id="a long label"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(run, arguments: list[str], says: str) -> None:
    answer, notes, code = run("new", *arguments)
    assert (2, "") == (code, answer)
    assert says in notes


def _made(run, *arguments: str) -> dict[str, str]:
    made: dict[str, str] = json.loads(run("new", "--scope", "run-job", "--json", *arguments)[0])
    return made


@pytest.mark.rule("P-TOKEN-5")
def test_what_is_listed_is_everything_but_the_tokens(run) -> None:
    first, second = _made(run, "--label", "the nightly plan"), _made(run, "--expires", "1 ms")
    run("revoke", first["id"])
    listed = json.loads(run("list", "--json")[0])["tokens"]
    assert [(first["id"], "the nightly plan", "revoked"), (second["id"], "", "expired")] == [
        (one["id"], one["label"], one["state"]) for one in listed
    ]
    assert listed[1]["expires_at"] == second["expires_at"]
    assert None is listed[1]["revoked_at"]
    lines = run("list")[0].splitlines()
    assert f"{first['id']}  run-job  revoked " in lines[0]
    assert lines[0].endswith('Z  "the nightly plan"')
    assert f"{second['id']}  run-job  over since " in lines[1]


def test_an_empty_list_says_how_to_make_one(run) -> None:
    answer, notes, code = run("list")
    assert ("", 0) == (answer, code)
    assert "hookproof token new" in notes


@pytest.mark.rule("P-TOKEN-4")
def test_a_token_that_was_revoked_is_refused_from_then_on(run, tmp_path: Path) -> None:
    made = _made(run)
    engine = open_engine(f"sqlite:///{tmp_path}/.hookproof/inbox.db")
    tokens = Tokens(
        signing_key(tmp_path / ".hookproof"), is_revoked=TokenStore(engine).is_revoked
    )  # as a receiver that runs has it
    assert made["id"] == tokens.check(made["token"], "run-job").id
    answer, _, code = run("revoke", made["id"])
    assert 0 == code
    with pytest.raises(InvalidToken, match="revoked") as refused:
        tokens.check(made["token"], "run-job")
    assert "revoked_token" == refused.value.code
    assert answer == run("revoke", made["id"])[0]  # once more: it keeps its moment
    engine.dispose()


@pytest.mark.rule("P-TOKEN-4")
def test_a_token_that_was_never_written_down_is_good_until_its_time_is_over(tmp_path: Path) -> None:
    """One of an older version."""
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    bring_up_to_date(engine)
    tokens = Tokens(signing_key(tmp_path), is_revoked=TokenStore(engine).is_revoked)
    tokens.check(tokens.new("run-job", 60).text, "run-job")
    engine.dispose()


def test_revoking_what_is_not_there_does_not_repeat_it(run) -> None:
    """It may be the token itself, pasted by mistake."""
    made = _made(run)
    for given in ("tok_0000000000000000", made["token"]):
        answer, notes, code = run("revoke", given)
        assert (2, "") == (code, answer)
        assert "hookproof token list" in notes
        assert given not in notes


@pytest.mark.rule("P-TOKEN-5")
def test_a_token_is_shown_once_and_kept_nowhere(run, tmp_path: Path) -> None:
    made = _made(run, "--label", "canary")
    said = ["".join(map(str, run(*arguments))) for arguments in (
        ("list",), ("list", "--json"), ("revoke", made["id"]), ("revoke", made["id"], "--json"),
        ("list",), ("list", "--json"),
    )]  # fmt: skip
    kept = [path.read_bytes() for path in (tmp_path / ".hookproof").iterdir() if path.is_file()]
    parts = [made["token"], *made["token"].split(".")]
    assert 3 == len(made["token"].split("."))
    assert not [part for part in parts for text in said if part in text]
    assert not [part for part in parts for content in kept if part.encode() in content]
    assert made["id"] in said[0]
