"""`hookproof token new` prints a token that the receiver beside it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookproof_receiver.tokens import Tokens, signing_key
from hookproof_runtime.command_line import main


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
    assert {"schema", "token", "id", "scope", "expires_at"} == set(document)
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
    ],
)
def test_what_is_wrong_is_said_with_its_cure(run, arguments: list[str], says: str) -> None:
    answer, notes, code = run("new", *arguments)
    assert (2, "") == (code, answer)
    assert says in notes
