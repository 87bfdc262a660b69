"""`hookproof inbox export`: what it writes is what `hookproof verify` reads."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from tests.receiver.cli.kept import Kept, hookproof

from hookproof.clock import to_text
from hookproof_receiver.inbox import Arrival

HOUR = 3600.0
MORE = (
    ("Host", "shop.example"),
    ("Content-Type", "application/json"),
    ("Authorization", "Bearer c4n4ry"),
    ("Cookie", "c4n4ry"),
)
BODIES = {
    "plain": b'{"order": 4}',
    "quotes": '{"who": "O\'Hara $HOME `id`", "where": "Zürich"}'.encode(),
    "binary": b"\x00\xff\r\n\x1b[2J",
}


def request(kept: Kept, body: bytes = BODIES["plain"], target: str = "/hooks/orders") -> Arrival:
    made = kept.shop.request(body, target=target)
    return replace(made, headers=MORE + made.headers)


def export(*words: object) -> str:
    done = hookproof("inbox", "export", *words)
    assert done.exception is None, done.exception
    assert 0 == done.return_value
    return done.stdout


@pytest.mark.parametrize(
    ("form", "body"),
    [
        *(("request", name) for name in BODIES),
        *(("jsonl", name) for name in BODIES),
        *(("har", name) for name in BODIES),
        ("curl", "plain"),
        ("curl", "quotes"),
    ],
)
def test_what_is_exported_verifies_at_its_time(kept: Kept, form: str, body: str) -> None:
    """In every format that holds the very bytes, and not at any other time."""
    made = request(kept, BODIES[body])
    one = kept.accept(made).message_id
    when = to_text(kept.shop.clock())
    told = hookproof("inbox", "export", one, "--format", form)
    Path("exported").write_bytes(told.stdout_bytes)

    words = ("verify", "--request", "exported", "--secret-env", "ORDERS_SECRET")
    assert "valid: " in hookproof(*words, "--at", when).stdout
    kept.shop.clock.advance(2 * HOUR)
    assert "too_old" in hookproof(*words, "--at", to_text(kept.shop.clock())).stdout


def test_explain_judges_it_at_the_time_when_it_came(kept: Kept) -> None:
    made = request(kept, b"late")
    kept.shop.clock.advance(HOUR)
    late = replace(kept.shop.again(made), headers=made.headers)
    kept.accept(late)
    Path("exported").write_text(export(late.id))
    told = hookproof("explain", "--request", "exported", "--secret-env", "ORDERS_SECRET")
    assert told.stdout.startswith("signed 60.0 minutes ago, and good\n\nsigned_long_ago (proved)\n")


@pytest.mark.rule("P-KEPT-1")
def test_no_token_is_in_it_unless_asked_for(kept: Kept) -> None:
    one = kept.accept(request(kept, target="/hooks/orders?token=c4n4ry")).message_id
    for form in "request", "jsonl", "curl", "har":
        assert "c4n4ry" not in export(one, "--format", form)
        assert "Bearer " in export(one, "--format", form)
        done = hookproof("inbox", "export", one, "--format", form, "--with-credentials")
        assert 3 == done.stdout.count("c4n4ry")
        assert "tokens are in it" in done.stderr


def test_several_are_a_file_each_for_their_owner_alone(kept: Kept) -> None:
    ids = [kept.add("done", more=str(number).encode()) for number in range(2)]
    kept.add("failed")
    assert "" == export("--state", "done", "--out", "some/folder")
    folder = Path("some/folder")
    assert sorted(f"{one}.json" for one in ids) == sorted(os.listdir(folder))
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert "is there already" in str(
        hookproof("inbox", "export", "--state", "done", "--out", folder).exception
    )


def test_lines_are_one_file(kept: Kept) -> None:
    ids = [kept.add("done", more=str(number).encode()) for number in range(3)]
    export("--all", "--limit", 2, "--format", "jsonl", "--out", "all.jsonl")
    lines = Path("all.jsonl").read_text().splitlines()
    assert ids[:2] == [json.loads(line)["id"] for line in lines]
    assert 0o600 == stat.S_IMODE(Path("all.jsonl").stat().st_mode)


def test_a_request_that_was_kept_apart_is_exported_whole(kept: Kept) -> None:
    made = kept.shop.request(b"late")
    kept.shop.clock.advance(HOUR)
    late = kept.shop.again(made)
    kept.accept(late)
    document = json.loads(export(late.id))
    assert (late.id, None, 401) == tuple(document[name] for name in ("id", "message_id", "status"))


def test_what_is_not_kept_is_named(kept: Kept) -> None:
    one, other = kept.add("done"), kept.add("done", more=b"2")
    kept.write(f"UPDATE hookproof_messages SET pruned_bytes = 4, body = x'' WHERE id = '{one}'")
    done = hookproof("inbox", "export", one, other, "--format", "jsonl")
    assert 1 == done.return_value
    assert f"{one}  not exported: its body is not kept: it was removed when it was old" in done.stderr
    assert "exported 1, not exported: 1\n" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "this would export every message: say which, or --all"),
        (["--all"], "of more than one, each is a file: give --out FOLDER"),
        (["msg_none"], "no message msg_none is on record here"),
        (["dlv_none"], "nothing on record here has the id dlv_none"),
        (["rpl_none"], "an id is msg_… or dlv_…, not rpl_none"),
        (["msg_none", "--state", "done"], "give ids, or filters"),
    ],
)
def test_what_cannot_be_is_said(kept: Kept, words: list[str], says: str) -> None:
    kept.add("done")
    kept.add("done", more=b"2")
    assert says in str(hookproof("inbox", "export", *words).exception)
