"""`hookproof inbox list`: messages and requests, newest first, narrowed by one flag."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, get_args

import pytest
from tests.receiver.cli.kept import Kept, hookproof

from hookproof.clock import to_text
from hookproof_receiver.inbox import Standing

NAMES: tuple[Standing, ...] = get_args(Standing)
HOUR = 3600.0
GUID = "0b2a7a0e-3f3c-4e6b-9f53-6d7f1ad0f7e5"


class Full(NamedTuple):
    """A receiver's folder with messages that stand in every way, which tests only read."""

    kept: Kept
    ids: dict[str, str]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    kept = Kept(tmp_path_factory.mktemp("filled"))
    found: dict[str, str] = {name: kept.add(name, more=name.encode()) for name in NAMES}
    kept.accept(kept.shop.request(b"done twice"))
    linked = kept.shop.request(b"done twice", GUID)
    found["linked"] = str(kept.accept(linked).message_id)
    found["linked delivery"] = linked.id
    kept.shop.clock.advance(HOUR)
    late = kept.shop.again(kept.shop.request(b"late"))
    kept.shop.clock.advance(HOUR)
    stale = kept.shop.again(late)
    kept.accept(stale)
    found["stale"] = stale.id
    yield Full(kept, found)
    kept.shop.close()


@pytest.fixture
def full(filled: Full, monkeypatch: pytest.MonkeyPatch) -> Full:
    monkeypatch.chdir(filled.kept.folder)
    return filled


def test_a_line_says_where_a_message_stands(kept: Kept) -> None:
    one = kept.add("failed")
    parked = kept.add("parked")
    done = hookproof("inbox", "list")

    first, second = done.stdout.splitlines()
    assert f"  {parked}  parked    1  POST /hooks/orders  4 B  500" in first
    assert re.fullmatch(
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d  {one}  failed    1  POST /hooks/orders  4 B  500", second
    )
    assert "" == done.stderr


@pytest.mark.parametrize(
    ("words", "names"),
    [
        *((["--state", name], {name}) for name in NAMES if name != "done"),
        (["--state", "done"], {"done", "linked"}),
        (["--state", "failed", "--state", "parked"], {"failed", "parked"}),
        (["--state", "running", "--state", "kept"], {"running", "kept"}),
        (["--state", "parked", "--state", "done"], {"parked", "done", "linked"}),
        (["--flag", "linked"], {"linked"}),
        (["--flag", "linked", "--flag", "body_changed"], {"linked"}),
        (["--flag", "body_changed"], set()),
        (["--guid", "{0B2A7A0E3F3C4E6B9F536D7F1AD0F7E5}"], {"linked"}),
        (["--guid", "another"], set()),
        (["--endpoint", "/hooks/shown"], {"kept"}),
        (["--search", "twice"], {"linked"}),
        (["--search", "Twice"], set()),
        (["--id", "msg_"], {*NAMES, "linked"}),
        (["--since", "now"], set()),
        (["--until", "now"], {*NAMES, "linked"}),
        (["failed:id", "done:id"], {"failed", "done"}),
        (["failed:id", "--state", "done"], set()),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else None,
)  # fmt: skip
def test_filters_narrow(full: Full, words: list[str], names: set[str]) -> None:
    def word(text: str) -> str:
        if text == "now":
            return to_text(full.kept.shop.clock())
        return full.ids[text.removesuffix(":id")] if text.endswith(":id") else text

    document = json.loads(hookproof("inbox", "list", "--json", *map(word, words)).stdout)
    assert {full.ids[name] for name in names} == {one["id"] for one in document["messages"]}
    assert document["next"] is None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--verdict", "stale"], {"stale"}),
        (["--deliveries", "--flag", "linked"], {"linked delivery"}),
        (["--verdict", "answered"], {"linked delivery"}),
        (["--verdict", "answered", "--verdict", "stale"], {"linked delivery", "stale"}),
        (["--deliveries", "--guid", GUID], {"linked delivery"}),
    ],
)  # fmt: skip
def test_what_was_stale_or_linked_is_one_flag_away(
    full: Full, words: list[str], names: set[str]
) -> None:
    done = hookproof("inbox", "list", "--json", *words)
    found = json.loads(done.stdout)["deliveries"]
    assert {full.ids[name] for name in names} == {one["id"] for one in found}
    assert ["too_old"] == [one["code"] for one in found if one["verdict"] == "stale"] or (
        "stale" not in names
    )


def test_every_request_is_listed_with_its_rule(full: Full) -> None:
    lines = hookproof("inbox", "list", "--deliveries").stdout.splitlines()
    assert 10 == len(lines)
    assert (
        f"  {full.ids['stale']}  stale         rule 4  POST /hooks/orders  401  guid -  -" in lines[0]
    )
    assert f"  {full.ids['linked']}  linked" in lines[1]


def test_pages_follow_each_other(kept: Kept) -> None:
    ids = [kept.add("done", more=str(number).encode()) for number in range(5)]
    pages: list[list[str]] = []
    following: list[str] = []
    while not pages or following:
        document = json.loads(hookproof("inbox", "list", "--json", "--limit", 2, *following).stdout)
        pages.append([one["id"] for one in document["messages"]])
        following = ["--before", document["next"]] if document["next"] else []
    assert [ids[:2:-1], ids[2:0:-1], ids[:1]] == pages
    told = hookproof("inbox", "list", "--limit", 2).stderr
    assert f"the newest 2 are shown; the next: --before {ids[3]}\n" == told


def test_one_whose_process_is_gone_is_shown_as_such(kept: Kept) -> None:
    one = kept.add("running")
    assert f"  {one}  running   1  " in hookproof("inbox", "list").stdout
    assert "its process is gone" in hookproof("inbox", "list").stdout
    (document,) = json.loads(hookproof("inbox", "list", "--json").stdout)["messages"]
    assert ("running", True) == (document["state"], document["runner_gone"])


def test_lines_may_be_json(kept: Kept) -> None:
    one = kept.add("rejected")
    document = json.loads(hookproof("inbox", "list", "--jsonl").stdout)
    assert (1, one, "rejected", 422, 6) == tuple(
        document[key] for key in ("schema", "id", "state", "status", "body_bytes")
    )


def test_an_unknown_id_is_named(kept: Kept) -> None:
    done = hookproof("inbox", "list", "msg_none")
    assert "no message msg_none is on record here" in str(done.exception)


def test_filters_of_messages_are_refused_for_requests(kept: Kept) -> None:
    done = hookproof("inbox", "list", "--deliveries", "--state", "done")
    assert "--state chooses among messages" in str(done.exception)


def test_a_target_shows_no_token(kept: Kept) -> None:
    kept.accept(kept.shop.request(target="/hooks/orders?token=c4n4ry"))
    for words in (["list"], ["list", "--json"], ["list", "--deliveries"], ["list", "--verdict", "new"]):
        told = hookproof("inbox", *words).stdout
        assert "c4n4ry" not in told
        assert "/hooks/orders?token=…" in told


def test_a_named_database_needs_no_application(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks need not have the secrets that the application wants when it is imported."""
    one = kept.add("done")
    settings = kept.folder / "hookproof.toml"
    settings.write_text('[receiver]\napp = "hp_wants_secrets:receiver"\n')
    (kept.folder / "hp_wants_secrets.py").write_text("import os\nos.environ['HP_NOT_SET']\n")

    wrong = str(hookproof("inbox", "list").exception)
    assert "(KeyError: 'HP_NOT_SET', hp_wants_secrets.py line 2)" in wrong
    for words in ["list"], ["show", one], ["prune"], ["refusals"], ["export", one]:
        assert not hookproof("inbox", *words, "--database", "sqlite:///shop.db").exception
    asked = "--database", "sqlite:///shop.db", "--app", "hp_wants_secrets:receiver"
    assert "HP_NOT_SET" in str(hookproof("inbox", "list", *asked).exception)
