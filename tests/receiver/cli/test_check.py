"""`hookproof receive --check`: all that is wrong at once, and nothing started."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hookproof.clock import system_clock
from hookproof.testing import SECRET
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_runtime.command_line import main
from hookproof_runtime.database import open_engine
from hookproof_runtime.listening import listen_socket

from .conftest import Folder

GOOD = """
[receiver]
listen = "127.0.0.1:0"
database = "sqlite:///inbox.db"
[[receiver.endpoint]]
path = "/hooks/orders"
secrets = [{ label = "2026-11", env = "ORDERS_SECRET" }]
"""
BAD = """
[receiver]
listen = "127.0.0.1:0"
database = "sqlite:///inbox.db"
running = 64
[[receiver.endpoint]]
path = "/hooks/missing"
secrets = [{ label = "a", env = "NO_SUCH_SECRET" }, { label = "b", file = "no.such.file" }]
handler = "no_such_shop:order"
[[receiver.endpoint]]
path = "/hooks/weak"
secrets = [{ label = "weak", value = "hunter2" }]
[[receiver.endpoint]]
path = "/hooks/weak"
secrets = [{ label = "weak", value = "hunter2" }]
[[receiver.endpoint]]
path = "/hooks/github"
scheme = "github"
secrets = [{ label = "weak", value = "hunter2" }]
[[receiver.endpoint]]
path = "/hooks/open"
scheme = "none"
"""

Check = Callable[..., tuple[int, list[dict[str, str]]]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Runs it in a folder; its exit code, and what it found that is not fine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    (tmp_path / "hookproof.toml").write_text(GOOD)

    def run(*words: str) -> tuple[int, list[dict[str, str]]]:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(SystemExit) as left:
            main(["receive", "--check", "--json", *words])
        assert before == [one for one in sorted(tmp_path.rglob("*")) if "__pycache__" not in one.parts]
        said = json.loads(capsys.readouterr().out)
        assert 1 == said["schema"]
        assert said["well"] is (left.value.code == 0)
        found = [one for one in said["findings"] if one["level"] != "fine"]
        assert said["well"] is not any(one["level"] == "wrong" for one in found)
        assert all(one["cure"] for one in found if one["level"] == "wrong")
        return int(left.value.code or 0), found

    return run


@pytest.fixture
def database(check: Check, tmp_path: Path) -> Path:
    """A database that a receiver made."""
    engine = open_engine("sqlite:///inbox.db")
    bring_up_to_date(engine)
    engine.dispose()
    return tmp_path / "inbox.db"


def only(found: list[dict[str, str]], check: str) -> dict[str, str]:
    (one,) = (one for one in found if one["check"] == check)
    return one


def test_all_well(check: Check) -> None:
    assert (0, []) == check()


def test_everything_about_the_endpoints_at_once(check: Check, tmp_path: Path) -> None:
    (tmp_path / "hookproof.toml").write_text(BAD)
    code, found = check()
    said = [(one["check"], one["level"], one["where"]) for one in found]
    sentences = [one["what"] for one in found if one["check"] == "endpoints"]

    assert 1 == code
    assert 4 == len(sentences)
    for sentence, word in zip(
        sentences,
        (
            "NO_SUCH_SECRET is not set",
            "no.such.file",
            "no_such_shop",
            "defined twice, by receiver.endpoint[1] of the settings and",
        ),
        strict=True,
    ):
        assert word in sentence
    assert ("secrets", "wrong", "/hooks/weak") in said
    assert ("secrets", "note", "/hooks/weak") in said  # /hooks/github has the same
    assert ("replays", "note", "/hooks/github") in said
    assert ("replays", "note", "/hooks/open") in said
    assert ("threads", "wrong", "running") in said
    assert "hunter2" not in json.dumps(found)


def test_an_endpoint_where_the_pages_are(check: Check, tmp_path: Path) -> None:
    (tmp_path / "hookproof.toml").write_text(GOOD.replace("/hooks/orders", "/login"))
    code, found = check()

    assert 1 == code
    told = only(found, "endpoints")
    assert ("/login", "the pages are there, at /login") == (told["where"], told["what"])
    assert "give it another path, or serve no pages (--no-pages)" == told["cure"]
    assert 0 == check("--no-pages")[0]


def test_what_is_to_be_kept_for_too_short_a_time(check: Check, tmp_path: Path) -> None:
    wrong = GOOD.replace("[receiver]", '[receiver]\nmessages_kept = "1 d"')
    (tmp_path / "hookproof.toml").write_text(wrong)
    code, found = check()

    assert 1 == code
    assert "messages_kept is 7 d at least" in only(found, "retention")["what"]


def test_an_application_that_cannot_be_imported(check: Check) -> None:
    code, found = check("--app", "no_such_module:receiver")

    assert 1 == code
    assert "no_such_module cannot be imported" in only(found, "endpoints")["what"]


def test_a_port_that_is_taken_and_by_whom(check: Check) -> None:
    with closing(listen_socket("127.0.0.1:0")) as taken:
        code, found = check("--listen", f"127.0.0.1:{taken.getsockname()[1]}")

    assert 1 == code
    assert f"process {os.getpid()} (" in only(found, "listen")["what"]
    assert f"(kill {os.getpid()})" in only(found, "listen")["cure"]


def test_a_name_that_is_no_address(check: Check) -> None:
    code, found = check("--listen", "nowhere")

    assert (1, "nowhere") == (code, only(found, "listen")["where"])


def test_a_bind_that_others_can_reach_is_a_note(check: Check) -> None:
    code, found = check("--listen", "0.0.0.0:0")

    assert (0, "note") == (code, only(found, "listen")["level"])


@contextmanager
def held(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def cut(database: Path) -> None:
    database.write_bytes(database.read_bytes()[:5000])


def flip(database: Path) -> None:
    data = bytearray(database.read_bytes())
    data[4096 : 4096 + 12] = b"\xff" * 12
    database.write_bytes(data)


def of_the_future(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE hookproof_receiver_version SET version_num = '9999'")
        connection.commit()


def no_database(database: Path) -> None:
    database.write_bytes(b"This is a letter.\n" * 100)


def lost(database: Path) -> None:
    database.with_name("inbox.db-wal").write_bytes(database.read_bytes())
    database.unlink()


def everybodys(database: Path) -> None:
    database.chmod(0o644)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (cut, "it is cut short: 5000 of "),
        (flip, "it is broken: "),
        (of_the_future, "written by a newer hookproof"),
        (no_database, "it is no SQLite database"),
        (lost, "the two are one database"),
        (everybodys, "others than its owner may use it (0644)"),
    ],
)
def test_a_database_that_cannot_be_used(
    check: Check, database: Path, harm: Callable[[Path], None], says: str
) -> None:
    harm(database)
    code, found = check()

    assert 1 == code
    assert says in next(one["what"] for one in found if one["check"] == "database")


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "postgresql://user:hunter2@db/shop"])
def test_a_database_that_can_be_none(check: Check, url: str) -> None:
    code, found = check("--database", url)

    assert (1, "wrong") == (code, only(found, "database")["level"])
    assert "hunter2" not in json.dumps(found)


def test_a_folder_that_is_a_file(check: Check, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    code, found = check("--database", "sqlite:///kept/inbox.db")

    assert 1 == code
    assert "no folder" in only(found, "database")["what"]


@pytest.mark.long
def test_a_writer_that_does_not_end_is_named(database: Path, folder: Folder) -> None:
    """Asked by another process: a process's own locks are not in its own way."""
    with held(database):
        ended = folder.run("receive", "--check", ORDERS_SECRET=SECRET)

    assert 1 == ended.code, ended.err
    assert f"process {os.getpid()} holds it, for longer than 3 s" in ended.out


def test_a_clock_that_is_behind(check: Check, database: Path) -> None:
    insert_message(database, created_ms=system_clock() // 1_000_000 + 3_600_000)
    code, found = check()

    assert 1 == code
    assert "ahead: what is signed now would be refused" in only(found, "clock")["what"]


def insert_message(database: Path, **columns: Any) -> None:
    row = {
        "id": "msg_1", "endpoint": "/hooks/orders", "method": "POST", "target": "/hooks/orders",
        "headers": "[]", "body": b"{}", "digest": "", "flags": "[]", "state": "kept", "attempts": 0,
        "tries": 0, "created_ms": 0, "updated_ms": 0,
    } | columns  # fmt: skip
    with closing(sqlite3.connect(database)) as connection:
        places = ", ".join("?" * len(row))
        connection.execute(
            f"INSERT INTO hookproof_messages ({', '.join(row)}) VALUES ({places})", list(row.values())
        )
        connection.commit()


@pytest.mark.long
def test_what_the_process_may_have_and_what_there_is_room_for(tmp_path: Path, check: Check) -> None:
    """In a process of its own, for a limit that was lowered stays so."""
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300)); "
    code += "from hookproof_runtime.command_line import main; main(sys.argv[1:])"
    ran = subprocess.run(
        [sys.executable, "-c", code, "receive", "--check", "--max-body", "1000000 GiB"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert 1 == ran.returncode, ran.stderr
    assert "wrong  descriptors  file descriptors for 50 connections, fewer than there are" in ran.stdout
    assert "wrong  space" in ran.stdout
    assert "cure: make room" in ran.stdout
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] != 300


@pytest.mark.usefixtures("check")
def test_json_is_for_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["receive", "--json"])

    assert 2 == left.value.code
    assert "--json is for --check" in capsys.readouterr().err


@pytest.mark.usefixtures("check")
def test_a_settings_file_that_cannot_be_read_is_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "hookproof.toml").write_text("[receiver]\nlisten_at = 1\n")
    with pytest.raises(SystemExit) as left:
        main(["receive", "--check"])

    assert 2 == left.value.code


def test_plans_that_cannot_be_run_are_told_all_at_once_and_nothing_is_made(check: Check):
    plan = 'name = "Nightly"\n{}\n[[nodes]]\nhandle = "zj"\ntaskType = "http"\nhttpTask = "task.toml"\n'
    task = 'name = "Tell"\nmethod = "post"\nurl = "http://127.0.0.1:1/"\nbody = "{}"\n'
    Path("task.toml").write_text(task)
    Path("good.toml").write_text(plan.format("id = 7"))
    Path("again.toml").write_text(plan.format("id = 7"))
    Path("no-id.toml").write_text(plan.format(""))
    files = '["good.toml", "again.toml", "no-id.toml", "missing.toml"]'
    text = GOOD.replace("[receiver]", f"[receiver]\nplatform = true\nplans = {files}")
    Path("hookproof.toml").write_text(text)
    code, found = check()

    assert (1, ["plans"] * 3) == (code, [one["check"] for one in found])
    assert [
        "again.toml: the id 7 is that of good.toml already",
        "no-id.toml: a plan that the API runs needs an id, such as id = 7",
        "the plan's file missing.toml cannot be read: No such file or directory",
    ] == [one["what"] for one in found]

    Path("hookproof.toml").write_text(text.replace(files, '["good.toml"]'))
    assert (0, []) == check()
