"""`hookproof inbox replay`: what it says it will do, what it asks, and what came of it."""

from __future__ import annotations

import json
import logging
import os
import pty
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.receiver.cli.kept import SETTINGS, Kept, hookproof
from tests.receiver.inbox.shop import PATH
from tests.receiver.wire import exchange, signed

from hookproof.testing import SECRET
from hookproof_receiver.inbox import MessageRecord

from .conftest import Folder

HOUR = 3600.0
APP = """
import json, os, sys, threading
from pathlib import Path
from hookproof_receiver import Receiver
from sqlalchemy import text

receiver = Receiver("sqlite:///shop.db")

@receiver.on("/hooks/orders", secrets=os.environ["ORDERS_SECRET"])
def order(message, tx):
    tx.execute(text("INSERT INTO effects (message, body) VALUES (:id, :body)"),
               {"id": message.id, "body": message.body})
    if Path("hang").exists():
        print("inside", message.id, message.attempt, flush=True)
        threading.Event().wait()
    if Path("broken").exists() and message.body.startswith(Path("broken").read_bytes()):
        raise OSError("still shut")
    return 201
"""
COMMAND = [sys.executable, "-m", "hookproof_runtime", "inbox", "replay"]


@pytest.fixture
def shop(kept: Kept) -> Kept:
    """What a receiver kept whose handler is in `shop.py`."""
    settings = SETTINGS.partition("[[")[0].replace(
        'database = "sqlite:///shop.db"', 'app = "shop:receiver"'
    )
    Path("hookproof.toml").write_text(settings)
    Path("shop.py").write_text(APP)
    return kept


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test's `shop.py` is its own, and what a command changes in its process is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    yield
    root.handlers[:], root.level = handlers, level


def replay(*words: object) -> Any:
    sys.modules.pop("shop", None)
    return hookproof("inbox", "replay", *words)


def stands(kept: Kept, message_id: str) -> MessageRecord:
    record = kept.inbox.message(message_id)
    assert record is not None
    return record


@contextmanager
def hanging(*words: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, killed at the end."""
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_it_says_what_it_will_do_and_what_came_of_it(shop: Kept) -> None:
    failed, parked = shop.add("failed", more=b" one"), shop.add("parked", more=b" two")
    Path("broken").write_bytes(b"fail two")
    dry = replay("--all", "--dry-run")
    assert (0, "dry run, nothing was done: would run 2\n") == (dry.return_value, dry.stderr)
    first, second = dry.stdout.splitlines()
    assert f"{failed}  to run:  POST /hooks/orders  failed, run 1 answered 500, OSError: the" in first
    assert f"{parked}  to run:  POST /hooks/orders  parked, run 1 answered 500, OSError: the" in second
    assert ["failed", "parked"] == [stands(shop, one).standing for one in (failed, parked)]

    done = replay("--all", "--yes")
    assert 1 == done.return_value
    first, second = done.stdout.splitlines()
    assert f"{failed}  fixed: 500 before, 201 now  (run 2, rpl_" in first
    assert f"{parked}  still failing: 500 before, 500 now (OSError: still shut)  (run 2" in second
    assert done.stderr.endswith("replayed: 1 fixed, 1 still failing\n")
    assert [b"fail one"] == shop.shop.shipped()

    Path("broken").unlink()
    again = replay("--state", "parked", "--yes")
    assert (0, "replayed: 1 fixed\n") == (again.return_value, again.stderr.splitlines(True)[-1])


def test_what_had_its_effect_wants_to_be_named_twice(shop: Kept) -> None:
    done = shop.add("done")
    refused = replay(done, "--yes")
    assert 1 == refused.return_value
    assert f"{done}  not run: it had its effect: --again gives it a second one\n" == refused.stdout
    assert "replayed: 1 not run\n" in refused.stderr
    told = replay(done, "--again", "--yes")
    assert 0 == told.return_value
    assert "it had its effect: this is a SECOND one" in told.stderr
    assert "same: 201 before, 201 now" in told.stdout
    assert [b"done"] * 2 == shop.shop.shipped()


def test_show_tells_of_it(shop: Kept) -> None:
    one = shop.add("failed")
    replay(one, "--yes", "--header", "X-More: c4n4ry")
    text = hookproof("inbox", "show", one).stdout
    assert "flag      replayed: somebody ran it by hand" in text
    assert "  run 2  changed: header X-More  fixed: 500 before, 201 now\n" in text
    assert "c4n4ry" not in text
    (document,) = json.loads(hookproof("inbox", "show", one, "--json").stdout)["replays"]
    assert ("fixed", one, 2, ["header X-More"]) == tuple(
        document[key] for key in ("result", "of", "attempt", "changes")
    )
    shown = hookproof("inbox", "show", document["id"])
    assert f"message   {one}\n" in shown.stdout
    alone = json.loads(hookproof("inbox", "show", document["id"], "--json").stdout)
    assert {"schema": 1, **document} == {key: alone[key] for key in ("schema", *document)}


def test_requests_that_made_no_message_can_be_run(shop: Kept) -> None:
    request = shop.shop.request(b"late")
    shop.shop.clock.advance(HOUR)
    late = shop.shop.again(request)
    shop.accept(late)
    shop.accept(shop.shop.request(b"same"))
    linked = shop.shop.request(b"same", "g")
    shop.accept(linked)
    done = replay(late.id, linked.id, "--yes")
    assert 0 == done.return_value
    assert "taken for a retry (rule 3), and now a message of its own; it has not run yet" in done.stderr
    assert 2 == done.stdout.count("handled: not run before, 201 now  (run 1, rpl_")
    assert [b"same", b"late", b"same"] == shop.shop.shipped()
    assert "handled: not run before" in hookproof("inbox", "show", late.id).stdout


@pytest.mark.long
def test_what_was_refused_is_judged_with_the_secrets_as_they_are_now(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.path)
    Path("hookproof.toml").write_text('[receiver]\napp = "shop:receiver"\n')
    Path("shop.py").write_text(APP + "receiver.on('/hooks/other', secrets='another')\n")
    wrong = "not-the-sender's-secret-at-all"
    with folder.receive(ORDERS_SECRET=wrong) as program:
        answer = exchange(program.port, signed(b"{}", target=PATH), expect=1).only
        one = answer.headers["hookproof-delivery"]
        assert 0 == program.end().code
    with closing(sqlite3.connect("shop.db")) as connection:
        connection.execute("CREATE TABLE effects (message, body)")

    monkeypatch.setenv("ORDERS_SECRET", wrong)
    still = replay(one, "--yes")
    assert (1, True) == (
        still.return_value,
        "still refused with the secrets as they are now" in still.stdout,
    )
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    done = replay(one, "--yes")
    assert 0 == done.return_value
    assert "handled: not run before, 201 now" in done.stdout
    (message,) = json.loads(hookproof("inbox", "list", "--json").stdout)["messages"]
    assert ("done", ["replayed"]) == (message["state"], message["flags"])
    assert "replay    20" in hookproof("inbox", "show", one).stdout


def test_it_can_be_told_in_json(shop: Kept) -> None:
    failed, done = shop.add("failed"), shop.add("done")
    dry = json.loads(replay(failed, done, "--dry-run", "--json").stdout)
    assert [(failed, "failed", False, True), (done, "done", True, False)] == [
        (one["of"], one["state"], one["second_effect"], one["reason"] is None) for one in dry["replays"]
    ]
    document = json.loads(replay(failed, done, "--yes", "--json").stdout)
    assert {"fixed": 1} == document["counts"]
    assert [("fixed", True), (None, False)] == [
        (one["result"], one["done"]) for one in document["replays"]
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "this would run everything that failed or is parked: say which"),
        (["--all"], "this is no terminal to ask at: --yes says that it is meant"),
        (["--state", "failed", "--body", "x"], "--body is of one message: give its id"),
        (["msg_none"], "no message msg_none is on record here"),
        (["dlv_none"], "no request dlv_none is on record here"),
        (["msg_none", "--header", "Authorization: x"], "the header Authorization may hold a token"),
        (["x"], "an id is msg_… or dlv_…, not x"),
        (["msg_none", "--state", "failed"], "give ids, or filters"),
    ],
)
def test_what_is_not_said_is_not_done(shop: Kept, words: list[str], says: str) -> None:
    one = shop.add("failed")
    assert says in str(replay(*words).exception)
    assert 1 == stands(shop, one).attempts


@pytest.mark.long
@pytest.mark.parametrize(("word", "code"), [(b"y\n", 0), (b"n\n", 130)])
def test_at_a_terminal_it_asks(shop: Kept, word: bytes, code: int) -> None:
    one = shop.add("failed")
    ours, theirs = pty.openpty()
    with subprocess.Popen([*COMMAND, one], stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while b"run this one? [y/N]: " not in said:
            said += os.read(ours, 1000)
        os.write(ours, word)
        assert code == process.wait(30)
    os.close(ours)
    assert f"{one}  to run:".encode() in said
    assert 2 - bool(code) == stands(shop, one).attempts


@pytest.mark.rule("P-REPLAY-5")
@pytest.mark.parametrize("_case", [pytest.param(None, id="CRASH-20")])
def test_killed_in_the_middle_leaves_a_run_that_died_and_an_unfinished_replay(
    shop: Kept, _case: None
) -> None:
    failed, done = shop.add("failed"), shop.add("done")
    shop.inbox.close()
    Path("hang").touch()
    for words in ([failed, "--yes"], [done, "--again", "--yes"]):
        with hanging(*words) as process:
            assert process.stdout is not None
            assert f"inside {words[0]} 2" == process.stdout.readline().strip()
            if words[0] == failed:  # of the other, the handler holds the database
                assert "it is running, and its process lives: wait for it" in replay(*words).stdout
            shown = hookproof("inbox", "show", words[0]).stdout
            assert "  run 2  running\n" in shown
    assert [b"done"] == shop.shop.shipped()
    assert ("running", 2) == (stands(shop, failed).state, stands(shop, failed).attempts)
    assert ("done", 201) == (stands(shop, done).state, stands(shop, done).status)
    for one in failed, done:
        shown = hookproof("inbox", "show", one).stdout
        assert "unfinished: its process ended, or its outcome could not be written" in shown
    assert "its process is gone: it counts as failed" in hookproof("inbox", "show", failed).stdout

    Path("hang").unlink()
    again = replay(failed, "--yes")
    assert "fixed: died before, 201 now  (run 3" in again.stdout
    assert [b"done", b"fail"] == shop.shop.shipped()
    shown = hookproof("inbox", "show", failed).stdout
    assert (1, 1) == (shown.count("  unfinished: "), shown.count("  fixed: "))


@pytest.mark.long
def test_a_retry_takes_over_what_died_in_a_replay(shop: Kept) -> None:
    request = shop.shop.request(b"fail", "g")
    one = str(shop.accept(request).message_id)
    Path("hang").touch()
    with hanging(one, "--yes") as process:
        assert process.stdout is not None
        process.stdout.readline()
    assert 500 == shop.accept(shop.shop.request(b"fail", "g")).status
    assert ("failed", 3) == (stands(shop, one).state, stands(shop, one).attempts)


@pytest.mark.long
def test_ctrl_c_lets_what_runs_end_and_begins_no_more(shop: Kept) -> None:
    ids = [shop.add("failed", more=str(number).encode()) for number in range(3)]
    Path("shop.py").write_text(APP.replace("threading.Event().wait()", "sys.stdin.readline()"))
    Path("hang").touch()
    with subprocess.Popen(
        [*COMMAND, *ids, "--yes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate("\n", timeout=30)
    assert 130 == process.returncode
    assert "stopping after this one" in err
    assert "replayed: 1 fixed, 2 left as they were\n" in err
    assert [2, 1, 1] == [stands(shop, one).attempts for one in ids]
