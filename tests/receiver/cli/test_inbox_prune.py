"""`hookproof inbox prune`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.receiver.cli.kept import DAY, SETTINGS, Kept, hookproof

from hookproof_receiver.inbox import Standing

STANDINGS: tuple[Standing, ...] = ("done", "rejected", "kept", "failed", "parked")


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.chdir(tmp_path)
    return Kept(tmp_path, ago=8 * DAY)


@pytest.mark.parametrize(
    ("words", "bodies", "messages"),
    [
        ([], {"done", "rejected", "kept"}, set()),
        (["--older-than", "9 d"], set(), set()),
        (["--older-than", "6 d"], set(), {"done", "rejected", "kept"}),
        (["--endpoint", "/hooks/shown"], {"kept"}, set()),
        (["--state", "done"], {"done"}, set()),
        (["--state", "parked"], set(), set()),
        (["--state", "parked", "--older-than", "1 d"], set(), {"parked"}),
        (["--state", "failed", "--state", "done", "--older-than", "1 d"], set(), {"failed", "done"}),
    ],
    ids=lambda words: " ".join(sorted(words) if isinstance(words, set) else words),
)  # fmt: skip
def test_a_dry_run_names_what_is_then_done(
    old: Kept, words: list[str], bodies: set[str], messages: set[str]
) -> None:
    ids: dict[str, str] = {old.add(name): name for name in STANDINGS}
    before = old.inbox.messages()

    told = hookproof("inbox", "prune", *words, "--dry-run")
    lines = [line.split("  ", 1) for line in told.stdout.splitlines()]
    assert bodies == {ids[one] for one, rest in lines if "would prune: its headers and body" in rest}
    assert messages == {ids[one] for one, rest in lines if "would prune: all of it" in rest}
    assert before == old.inbox.messages()

    done = hookproof("inbox", "prune", *words)
    assert (0, told.stdout.replace("would prune", "removed")) == (done.return_value, done.stdout)
    sum_ = f"pruned {len(messages)} messages, the bodies of {len(bodies)}, 0 kept apart; "
    assert done.stderr.startswith(sum_)
    left = {ids[one.id]: one.body_kept for one in old.inbox.messages()}
    assert set(STANDINGS) - messages == set(left)
    assert bodies == {name for name, body_kept in left.items() if not body_kept}


@pytest.mark.parametrize(
    ("standing", "words", "reason"),
    [
        ("failed", [], "it is failed and may be replayed; --state failed removes it"),
        ("parked", [], "it is parked and may be replayed; --state parked removes it"),
        ("running", [], "it is running: a message is removed when nothing more happens to it"),
        ("done", ["--older-than", "9 d"], "something happened to it lately: --older-than says what"),
        ("parked", ["--state", "parked"], "what is not finished is removed whole, after 7 days at"),
    ],
)  # fmt: skip
def test_what_is_named_and_left_says_why(
    old: Kept, standing: Standing, words: list[str], reason: str
) -> None:
    one = old.add(standing)
    done = hookproof("inbox", "prune", one, *words)
    assert (1, "") == (done.return_value, done.stdout)
    assert f"{one}  left as it is: {reason}" in done.stderr
    assert "; left as they are: 1\n" in done.stderr
    assert old.inbox.messages()[0].body_kept


def test_what_runs_is_no_state_to_prune(old: Kept) -> None:
    done = hookproof("inbox", "prune", "--state", "running")
    assert "what is running cannot be pruned" in str(done.exception)


def test_a_state_of_which_nothing_is_old_says_how_old(old: Kept) -> None:
    old.add("parked")
    words = ["inbox", "prune", "--state", "parked", "--dry-run"]
    assert "when nothing happened to it for 30 d\n" in hookproof(*words).stderr
    assert "happened to it for" not in hookproof(*words, "--older-than", "1 d").stderr


def test_the_settings_say_what_is_old(old: Kept) -> None:
    old.add("done")
    settings = SETTINGS.replace("[receiver]", '[receiver]\nbodies_kept = "9 d"\napart_kept = "1 d"')
    Path("hookproof.toml").write_text(settings)
    assert "" == hookproof("inbox", "prune").stdout
    Path("hookproof.toml").write_text(settings.replace("9 d", "40 d"))
    assert "a body goes no later" in str(hookproof("inbox", "prune").exception)


def test_lines_may_be_json(old: Kept) -> None:
    one, parked = old.add("done"), old.add("parked")
    told = hookproof("inbox", "prune", one, parked, "--jsonl").stdout.splitlines()
    assert [(one, "body", 4, True, None), (parked, None, None, False)] == [
        tuple(document[key] for key in keys)
        for document, keys in zip(
            map(json.loads, told),
            (
                ("id", "removed", "body_bytes", "done", "reason"),
                ("id", "removed", "body_bytes", "done"),
            ),
            strict=True,
        )
    ]


@pytest.mark.parametrize(
    "after",
    [pytest.param(1, id="CRASH-21"), pytest.param(201, id="CRASH-21/later", marks=pytest.mark.long)],
)
def test_killed_in_the_middle_leaves_nothing_that_a_retry_would_double(old: Kept, after: int) -> None:
    """A message is there with all that identifies it, or is gone with all of it."""
    old.multiply(old.add("done"), 500)
    command = [sys.executable, "-m", "hookproof_runtime", "inbox", "prune", "--older-than", "7 d"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    counts = []
    with old.shop.engine.connect() as connection:
        for joined in (
            "SELECT count(*) FROM hookproof_messages",
            "SELECT count(DISTINCT message_id) FROM hookproof_identities",
            "SELECT count(*) FROM hookproof_identities JOIN hookproof_messages m ON m.id = message_id",
        ):
            counts.append(connection.execute(text(joined)).scalar_one())
    assert 0 < counts[0] < 501
    assert counts[0] == counts[1] == counts[2]
    assert 0 == hookproof("inbox", "prune", "--older-than", "7 d").return_value
    assert [] == old.inbox.messages()
