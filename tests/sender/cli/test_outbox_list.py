"""`hookproof outbox list`, and the filters that all commands of the group share."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.sender.cli.recorded import Recorded, answered, hookproof

from hookproof.clock import system_clock, to_text
from hookproof_runtime.command_line import main
from hookproof_sender.outbox import STATES

HOUR = 3600.0


def test_a_line_says_where_a_message_stands_and_the_last_line_counts() -> None:
    recorded = Recorded()
    failed = recorded.add("failed", name="Tell the shop", url="https://shop.example/a?token=x")
    waiting = recorded.add("pending", answered(1, 503), name="Later")
    done = hookproof("outbox", "list")

    first, second = done.stdout.splitlines()
    assert re.fullmatch(
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d  {waiting}  pending    1/2  Later  "
        r"POST http://127\.0\.0\.1:9/hooks/orders  503  due (now|in 1 s)",
        first,
    )
    assert (
        f"  {failed}  failed     1/1  Tell the shop  POST https://shop.example/a?token=…  503" in second
    )
    assert "2 on record: 1 pending, 1 failed\n" == done.stderr


def test_one_whose_sender_is_gone_is_shown_as_such() -> None:
    Recorded(lease=0.001).add("in_flight")
    Recorded(ago=HOUR).add("in_flight")
    Recorded().add("in_flight")

    lines = hookproof("outbox", "list").stdout.splitlines()
    assert [2, 1] == [
        sum("in_flight" in line and ("its sender is gone" in line) is gone for line in lines)
        for gone in (True, False)
    ]


@pytest.fixture
def messages() -> dict[str, tuple[str, str]]:
    """Ids and GUIDs of messages by the name of their task: one in each state, and old ones."""
    now, old = Recorded(), Recorded(ago=3 * HOUR)
    found = {}
    for recorded, prefix in (now, ""), (old, "old "):
        for state in STATES:
            one = recorded.add(state, name=prefix + state)
            found[prefix + state] = (one, recorded.guid(one))
    one = now.add("pending", name="shop", url="https://Shop.example/100%_done")
    found["shop"] = (one, now.guid(one))
    return found


@pytest.mark.parametrize(
    ("words", "names"),
    [
        pytest.param(["--state", "failed"], {"failed", "old failed"}, id="state"),
        pytest.param(
            ["--state", "failed", "--state", "unknown", "--since", "1 h"],
            {"failed", "unknown"},
            id="states and since",
        ),
        pytest.param(["--target", "shop.EXAMPLE"], {"shop"}, id="target, in any case"),
        pytest.param(["--target", "0%_d"], {"shop"}, id="a target's own % and _"),
        pytest.param(["--target", "1%d"], set(), id="no wildcard"),
        pytest.param(["--target", "1!"], set(), id="no escape"),
        pytest.param(["--task", "cancelled"], {"cancelled"}, id="task"),
        pytest.param(["--task", "cancel"], set(), id="a task's whole name"),
        pytest.param(["--guid", "unknown:guid"], {"unknown"}, id="guid"),
        pytest.param(["shop:id", "old failed:id"], {"shop", "old failed"}, id="ids"),
        pytest.param(["shop:id", "--state", "failed"], set(), id="an id in another state"),
        pytest.param(
            ["--until", "2 h ago"], {f"old {state}" for state in STATES}, id="until, as a span"
        ),
        pytest.param(
            ["--since", "2 h:time"], {*STATES, "shop"}, id="since, as a time"
        ),
    ],
)  # fmt: skip
def test_filters_narrow(
    messages: dict[str, tuple[str, str]], words: list[str], names: set[str]
) -> None:
    def word(text: str) -> str:
        name, _, kind = text.partition(":")
        if kind == "time":
            return to_text(system_clock() - 2 * 3600 * 10**9)
        return messages[name][kind == "guid"] if kind else text

    done = hookproof("outbox", "list", "--json", *map(word, words))
    assert names == {one["task"] for one in json.loads(done.stdout)["messages"]}
    assert len(names) == sum(json.loads(done.stdout)["counts"].values())


def test_the_senders_settings_are_no_filters() -> None:
    """`guid = "always"` is how messages are sent, not which ones are meant."""
    Path("hookproof.toml").write_text('[sender]\nguid = "always"\nscheme = "slack"\ndeadline = "1 s"\n')
    Recorded().add("pending")
    assert 1 == len(hookproof("outbox", "list").stdout.splitlines())


def test_the_database_is_where_the_settings_say() -> None:
    Recorded().add("pending")
    Path("hookproof.toml").write_text('[sender]\ndatabase = "sqlite:///other.db"\n')
    done = hookproof("outbox", "list")
    assert ("", "no message is on record that fits\n") == (done.stdout, done.stderr)


def test_the_newest_are_shown_and_what_is_left_out_is_said() -> None:
    recorded = Recorded()
    ids = [recorded.add("pending") for _ in range(3)]
    done = hookproof("outbox", "list", "--limit", 2)
    shown = {line.split("  ")[1] for line in done.stdout.splitlines()}
    assert set(sorted(ids)[-2:]) == shown
    assert "3 on record: 3 pending; the newest 2 are shown (--limit)\n" == done.stderr


def test_a_document_and_lines_say_the_same() -> None:
    one = Recorded().add("pending", answered(1, 503), name="Tell")
    document = json.loads(hookproof("outbox", "list", "--json").stdout)
    line = json.loads(hookproof("outbox", "list", "--jsonl").stdout)

    assert (1, {"pending": 1}) == (document["schema"], document["counts"])
    for shown in (document["messages"][0], line):
        assert {
            "id": one, "state": "pending", "task": "Tell", "method": "POST",
            "attempts_made": 1, "attempts_allowed": 2, "status": 503, "cause": None,
            "sender_gone": False, "verify_tls": True, "body_bytes": 2,
        }.items() <= shown.items()  # fmt: skip
        assert 0 <= shown["due_in_s"] <= 1
        assert {"guid", "target", "recorded_at", "changed_at", "due_at"} < set(shown)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["list", "msg_0"], "no message msg_0 is on record here: `hookproof outbox list`"),
        (["list", "--since", "soon"], "'soon' is no time: give 2026-11-24T17:10:52Z, or how long ago"),
        (["list", "--json", "--jsonl"], "give --json or --jsonl, not both"),
        (["list", "--state", "lost"], "'lost' is not one of"),
        (["show", "msg_\x1b[31m"], r"no message msg_\x1b[31m is on record"),
        (["show", "msg_0", "--as", "curl", "--json"], "give --json or --as, not both"),
        (["retry", "msg_0"], "no message msg_0 is on record here"),
    ],
)
def test_a_mistake_is_a_sentence(capsys: Any, words: list[str], sentence: str) -> None:
    Recorded().add("pending")
    with pytest.raises(SystemExit) as left:
        main(["outbox", *words])
    out, err = capsys.readouterr()
    assert (2, "") == (left.value.code, out)
    assert sentence in err
