"""`python -m tests.simulation`: what it prints, and how it ends."""

from __future__ import annotations

import pytest
from tests.simulation import __main__ as command
from tests.simulation.cases import case_of
from tests.simulation.running import run
from tests.simulation.schedule import simulate


def test_it_prints_a_row_for_each_setting(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--setting", "signed key", "--setting", "link off", "--schedules", "30", "--seed", "5"]

    assert 0 == command.main(words)

    out = capsys.readouterr().out
    messages = run(case_of("link off"), 5, range(30)).tally.messages
    assert f"\n| link off | {messages} | " in out
    assert f"\n| signed key | {messages} | 0 | 0 | 0 | 0 | 0 | " in out


def test_it_shows_how_a_failure_comes_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == command.main(["--setting", "a claim outlives its rollback", "--schedules", "30"])

    out = capsys.readouterr().out
    assert "PROBLEM: message 0 was lost" in out
    assert "of message 0 ended with 200" in out


def test_it_prints_the_events_of_one_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    case = case_of("signed key")
    number = next(one for one in range(100) if simulate(case, 1, one).tally.failed == 0)

    assert 0 == command.main(["--setting", case.name, "--trace", str(number)])

    out = capsys.readouterr().out
    assert "sender: attempt 1 of message 0, no GUID" in out
    assert "effect 1 of message 0, by " in out


@pytest.mark.parametrize("words", [["--setting", "other"], ["--write", "--seed", "4"]])
def test_words_that_make_no_sense(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(words)

    assert 2 == ended.value.code
