"""`hookproof inbox`: from a refusal on the receiver's console to its cause on another machine."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from hookproof.testing import SECRET, signed_headers
from hookproof_runtime.command_line import main

from ..wire import exchange, signed
from .conftest import Ended, Folder, Program

SETTINGS = """
[receiver]
database = "sqlite:///kept/inbox.db"
[[receiver.endpoint]]
path = "/hooks/test"
secrets = [{ label = "2026-11", env = "ORDERS_SECRET" }]
"""
SHOP = """
from hookproof_receiver import Receiver
from hookproof_runtime.database import open_engine

receiver = Receiver(open_engine("sqlite:///shop.db"))
receiver.on("/hooks/test", secrets="%s")
"""
ORIGINAL = b'{"order":4,"canary":"body"}'
WRITTEN_ANEW = json.dumps(json.loads(ORIGINAL)).encode()
LONG = json.dumps({"text": "x" * 300_000}, separators=(",", ":")).encode()
CANARIES = (SECRET, "canary", "order")


class Evening(NamedTuple):
    """What a receiver left behind that has ended."""

    folder: Path
    refused: str
    """The id of what something on the way had parsed and written anew."""
    lines: list[str]
    """The three about it."""
    long: str
    """The id of another, whose body is too long to keep."""
    long_lines: list[str]


def refuse(program: Program, original: bytes, came: bytes) -> str:
    """Send what was signed otherwise; the delivery's id."""
    more = signed_headers(original) | {
        "Authorization": "Bearer canary-token",
        "Cookie": "session=canary-cookie",
        "Content-Type": "application/json",
    }
    answer = exchange(program.port, signed(came, more=more), expect=1).only
    assert (401, "no_match") == (answer.status, answer.code)
    assert {"status", "title", "code"} == set(json.loads(answer.body))
    return answer.headers["hookproof-delivery"]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    folder = Folder(tmp_path_factory.mktemp("evening"))
    (folder.path / "hookproof.toml").write_text(SETTINGS)
    (folder.path / "original.json").write_bytes(ORIGINAL)
    (folder.path / "empty.toml").write_text('[receiver]\ndatabase = "sqlite:///kept/inbox.db"\n')
    with folder.receive(ORDERS_SECRET=SECRET) as program:
        refused = refuse(program, ORIGINAL, WRITTEN_ANEW)
        lines = [program.line() for _ in range(3)]
        long = refuse(program, LONG, LONG.replace(b":", b": ", 1))
        long_lines = [program.line() for _ in range(3)]
        assert 0 == program.end().code
    return Evening(folder.path, refused, lines, long, long_lines)


@pytest.fixture
def run(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Runs a command in the receiver's folder, with the endpoint's secret in its variable."""
    monkeypatch.chdir(evening.folder)
    monkeypatch.setenv("ORDERS_SECRET", SECRET)

    def run(*words: str) -> Ended:
        with pytest.raises(SystemExit) as left:
            main(words)
        out, err = capfd.readouterr()
        return Ended(int(left.value.code or 0), out, err)

    return run


def causes(ended: Ended) -> list[str]:
    return [one["code"] for one in json.loads(ended.out)["findings"] if one["proved"]]


def test_the_console_says_why(evening: Evening) -> None:
    judged, answered, why = evening.lines

    assert "refused, no_match: the signature was not made with the secret" in judged
    assert "<-- 401 in " in answered
    assert re.fullmatch(rf"\S+  why {{2,}}{evening.refused}  .*JSON.*", why)
    assert not any(canary in "".join(evening.lines) for canary in CANARIES)


def test_a_refusal_is_explained_on_a_laptop(
    evening: Evening, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what the receiver found; and, with the sender's body and the secret, by proof."""
    made = run("inbox", "bundle", evening.refused, "--out", "bundle.json")
    monkeypatch.delenv("ORDERS_SECRET")
    read = run("explain", "bundle.json", "--json")
    monkeypatch.setenv("HOOKPROOF_SECRET", SECRET)
    proved = run("explain", "bundle.json", "--body", "original.json", "--json")
    file = evening.folder / "bundle.json"

    assert (0, "") == (made.code, made.out)
    assert "hookproof explain bundle.json" in made.err
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert not any(canary in file.read_text() + made.err for canary in CANARIES)
    assert (1, ["json_compact"]) == (read.code, causes(read))
    assert (1, ["body_differs", "json_compact"]) == (proved.code, causes(proved))


def test_with_the_body_it_is_the_whole_request_but_for_credentials(
    evening: Evening, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("inbox", "bundle", evening.refused, "--with-body")
    (evening.folder / "whole.json").write_text(made.out)
    monkeypatch.setenv("HOOKPROOF_SECRET", SECRET)

    assert "for people who may see it" in made.err
    assert not any(canary in made.out for canary in (SECRET, "canary"))
    assert ["json_compact"] == causes(run("explain", "whole.json", "--json"))


def test_a_body_too_long_to_keep_leaves_its_digest_and_what_was_found(
    evening: Evening, run: Callable[..., Ended]
) -> None:
    made = run("inbox", "bundle", evening.long)
    whole = run("inbox", "bundle", evening.long, "--with-body")
    document = json.loads(made.out)
    (evening.folder / "long.json").write_text(made.out)
    told = run("explain", "long.json")

    assert len(LONG) + 1 == document["body"]["bytes"]
    assert evening.long_lines[2].rpartition("  ")[2] in document["sentence"]
    assert f"SHA-256 {document['body']['sha256'][:12]}" in told.out
    assert f"refused (no_match): {document['sentence'][:60]}" in told.out.replace("\n", " ")
    assert not re.search("sha256=[0-9a-f]{64}", made.out)  # it may be good in some form
    assert 2 == whole.code
    assert f"the body of {evening.long} was not kept: it has 300012 bytes" in whole.err


def test_what_was_refused_is_listed_without_any_secret(
    evening: Evening, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORDERS_SECRET")
    listed = json.loads(run("inbox", "refusals", "--json").out)["refusals"]
    (line,) = run("inbox", "refusals", "--limit", "1").out.splitlines()

    assert [(evening.long, "no_match"), (evening.refused, "no_match")] == [
        (one["id"], one["code"]) for one in listed
    ]
    assert f"  {evening.long}  POST /hooks/test  300012 B  no_match: " in line
    assert re.match(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d  {evening.long}  ", line)  # as `inbox list`
    assert not any(canary in str(listed) for canary in CANARIES)
    assert "refused: hookproof inbox refusals\n" in run("inbox", "list").err


def test_the_database_holds_no_credential(evening: Evening) -> None:
    held = (evening.folder / "kept/inbox.db").read_bytes()

    assert b"X-Webhook-Signature" in held
    assert b"canary-token" not in held
    assert b"canary-cookie" not in held


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["dlv_0"], "no refused request dlv_0 is kept: `hookproof inbox ref", id="id"),
        pytest.param([], "for example: hookproof inbox bundle dlv_", id="none"),
        pytest.param(["{id}", "--out", "hookproof.toml"], "hookproof.toml is there already", id="file"),
        pytest.param(["{id}", "--out", "no/where"], "no/where cannot be written: No such", id="folder"),
        pytest.param(
            ["{id}", "--config", "empty.toml"],
            "no signed endpoint /hooks/test is declared here: give --config or --app",
            id="endpoint",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(
    evening: Evening, run: Callable[..., Ended], words: list[str], sentence: str
) -> None:
    ended = run("inbox", "bundle", *(word.format(id=evening.refused) for word in words))

    assert (2, "") == (ended.code, ended.out)
    assert sentence in ended.err


def test_a_receiver_made_in_python_and_json_lines(folder: Folder) -> None:
    """With an engine of its own; a line of the log says why, and holds nothing of the request."""
    (folder.path / "shop.py").write_text(SHOP % SECRET)
    with folder.receive("--app", "shop:receiver", "--log", "json") as program:
        refused = refuse(program, ORIGINAL, WRITTEN_ANEW)
        assert program.process.stderr is not None
        text = next(line for line in program.process.stderr if '"explained"' in line)
    made = folder.run("inbox", "bundle", refused, "--app", "shop:receiver")
    line = json.loads(text)

    assert (refused, ["json_compact"]) == (line["delivery"], line["causes"])
    assert not any(canary in text for canary in CANARIES)
    assert ["json_compact"] == causes(made)


def test_the_first_try_has_bundles_too(folder: Folder) -> None:
    with folder.receive() as program:
        program.line()
        answer = exchange(program.port, signed(target="/hooks/demo"), expect=1).only
        why = [program.line() for _ in range(3)][2]
        assert 0 == program.end().code
    delivery_id = answer.headers["hookproof-delivery"]
    made = folder.run("inbox", "bundle", delivery_id)

    assert why.endswith("no cause found: is it the same secret at both ends?")
    assert "no_match" == json.loads(made.out)["code"]
