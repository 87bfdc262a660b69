"""`hookproof doctor`: what is wrong with a store, and nothing of the store changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.receiver.wire import good

from hookproof.clock import system_clock
from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver
from hookproof_runtime.command_line import main
from hookproof_runtime.database import open_engine
from hookproof_sender import HttpTask, Sender

NOW_MS = system_clock() // 1_000_000
HOUR_MS = 3_600_000

Doctor = Callable[..., tuple[int, dict[str, dict[str, str]]]]


def files(folder: Path) -> dict[str, str]:
    """All that is there, with what stands in it."""
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


@pytest.fixture
def doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Doctor:
    """Runs it; its exit code, and what it found that is not fine, by check."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, dict[str, dict[str, str]]]:
        before = files(tmp_path)
        with pytest.raises(SystemExit) as left:
            main(["doctor", "--json", *words])
        after = files(tmp_path)
        for one in [name for name in before if name.endswith("-shm")]:
            before.pop(one), after.pop(one)  # the locks' own file, which holds nothing that lasts
        assert before == after
        said = json.loads(capsys.readouterr().out)
        found = [one for store in said["stores"] for one in store["findings"]]
        assert said["well"] is (left.value.code == 0)
        assert said["well"] is not any(one["level"] == "wrong" for one in found)
        assert all(one["cure"] and one["where"] for one in found if one["level"] == "wrong")
        return int(left.value.code or 0), {
            one["check"]: one for one in reversed(found) if one["level"] != "fine"
        }

    return run


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A receiver's database, closed in good order, with a message in it."""
    file = tmp_path / ".hookproof" / "inbox.db"
    receiver = Receiver(f"sqlite:///{file}")
    receiver.on("/hooks/test", secrets=SECRET)
    with running_receiver(receiver) as running:
        assert 200 == good(running.port).status
    return file


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """A sender's, with two messages that wait."""
    file = tmp_path / ".hookproof" / "outbox.db"
    sender = Sender(database=f"sqlite:///{file}", allow_loopback=True)
    record = {"method": "post", "url": "http://127.0.0.1:9/", "body": "{}", "secretKey": SECRET}
    sender.outbox.enqueue_all([HttpTask.model_validate(record)] * 2)
    sender.outbox.engine.dispose()
    return file


def change(file: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement, values)
        connection.commit()


@pytest.mark.usefixtures("inbox", "outbox")
def test_two_stores_that_are_well(doctor: Doctor) -> None:
    assert (0, {}) == doctor()


def test_no_store_at_all(doctor: Doctor) -> None:
    code, found = doctor()

    assert (1, "there is no such file") == (code, found["file"]["what"])


# What the file is.


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def one_byte(file: Path) -> None:
    file.write_bytes(b"\0")


def a_letter(file: Path) -> None:
    file.write_bytes(b"This is a letter.\n" * 300)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def without_its_head(file: Path) -> None:
    file.write_bytes(b"\xff" * 100 + file.read_bytes()[100:])


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096:4108] = bytes(255 - byte for byte in data[4096:4108])
    file.write_bytes(data)


def log_alone(file: Path) -> None:
    file.with_name(file.name + "-wal").write_bytes(file.read_bytes())
    file.unlink()


def log_of_an_empty_one(file: Path) -> None:
    file.with_name(file.name + "-wal").write_bytes(file.read_bytes())
    file.write_bytes(b"\0")


def newer(file: Path) -> None:
    table = "hookproof_receiver_version" if file.name == "inbox.db" else "hookproof_sender_version"
    change(file, f"UPDATE {table} SET version_num = '9999'")


def wide(file: Path) -> None:
    file.chmod(0o640)


def another_mode(file: Path) -> None:
    change(file, "PRAGMA journal_mode = DELETE")


def no_store(file: Path) -> None:
    file.unlink()
    change(file, "CREATE TABLE shop (x)")
    change(file, "PRAGMA journal_mode = WAL")
    file.chmod(0o600)


HARMS = [
    (emptied, "file", "it is empty"),
    (one_byte, "file", "it is empty"),
    (a_letter, "file", "it is no SQLite database"),
    (without_its_head, "file", "it is no SQLite database"),
    (truncated, "file", "it is cut short"),
    (log_alone, "file", "this is missing: the two are one database"),
    (log_of_an_empty_one, "file", "this is empty: the two are one database"),
    (flipped, "integrity", "it is broken"),
    (newer, "schema", "written by a newer hookproof"),
    (wide, "permissions", "others than its owner may use it (0640)"),
    (another_mode, "journal", "it is not in WAL mode"),
    (no_store, "schema", "neither an inbox nor an outbox"),
]


@pytest.mark.parametrize("name", ["inbox", "outbox"])
@pytest.mark.parametrize(
    ("harm", "check", "says"),
    [pytest.param(*one, id=f"CRASH-28/doctor, {one[0].__name__}") for one in HARMS],
)
def test_what_is_wrong_with_a_file(
    doctor: Doctor,
    request: pytest.FixtureRequest,
    name: str,
    harm: Callable[[Path], None],
    check: str,
    says: str,
) -> None:
    file = request.getfixturevalue(name)
    harm(file)
    code, found = doctor()

    assert 1 == code
    assert says in found[check]["what"]


def test_a_row_that_points_nowhere(doctor: Doctor, inbox: Path) -> None:
    change(inbox, "DELETE FROM hookproof_messages")
    code, found = doctor()

    assert 1 == code
    assert "to one of hookproof_messages that is not there" in found["inbox pointers"]["what"]


def test_a_row_that_a_rule_of_its_table_forbids(doctor: Doctor, outbox: Path) -> None:
    change(outbox, "CREATE TABLE one (id INTEGER PRIMARY KEY)")
    change(outbox, "CREATE TABLE other (one INTEGER REFERENCES one (id))")
    change(outbox, "INSERT INTO other VALUES (4)")
    code, found = doctor()

    assert 1 == code
    assert "a row of other (1) points to a row of one" in found["pointers"]["what"]


@pytest.mark.usefixtures("outbox")
def test_an_older_schema_is_mended_by_the_next_start(doctor: Doctor, outbox: Path) -> None:
    change(outbox, "UPDATE hookproof_sender_version SET version_num = '0001'")
    code, found = doctor()

    assert (0, "version 0001; this program's is 0003") == (code, found["schema"]["what"])


# How it is found.


def test_a_store_that_a_process_left_when_it_was_killed(doctor: Doctor, tmp_path: Path) -> None:
    """Its log holds all of it, and stays as it is."""
    file = tmp_path / "inbox.db"
    code = (
        "import os\nfrom hookproof_runtime.database import open_engine\n"
        "from hookproof_receiver.inbox import Inbox\n"
        f"Inbox(open_engine('sqlite:///{file}'), []).start()\nos._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert file.with_name("inbox.db-wal").stat().st_size > 4096
    code_, found = doctor("--database", f"sqlite:///{file}")
    assert (0, {"inbox leases"}) == (code_, set(found))
    assert "1 process ended without giving up the lease" in found["inbox leases"]["what"]

    file.with_name("inbox.db-shm").unlink()
    assert 0 == doctor("--database", f"sqlite:///{file}")[0]


@contextmanager
def in_use(file: Path) -> Iterator[None]:
    """Open in another process, with something in its log."""
    code = (
        "import sqlite3, sys\n"
        f"connection = sqlite3.connect({str(file)!r})\n"
        "connection.execute('CREATE TABLE more (x)')\nconnection.commit()\n"
        "print('ready', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.kill()


def test_a_store_that_is_in_use(doctor: Doctor, inbox: Path) -> None:
    with in_use(inbox):
        assert (0, set()) == (doctor()[0], set())


# What is in it.


def test_a_message_under_the_lease_of_a_process_that_is_gone(doctor: Doctor, inbox: Path) -> None:
    change(inbox, "UPDATE hookproof_messages SET state = 'running', owner = 'gone'")
    code, found = doctor()

    assert 1 == code
    assert "the process that ran it is gone" in found["inbox leases"]["what"]
    assert found["inbox leases"]["where"].startswith("msg_")


def test_a_promise_that_was_given_up_and_one_that_is_late(doctor: Doctor, inbox: Path) -> None:
    change(inbox, "UPDATE hookproof_messages SET state = 'failed', promised_ms = 1")
    assert "is given up" in doctor()[1]["inbox promises"]["what"]

    change(inbox, "UPDATE hookproof_messages SET due_ms = ?", NOW_MS - HOUR_MS)
    code, found = doctor()
    assert 1 == code
    assert "1 promised message is due, the first since " in found["inbox promises"]["what"]


def test_a_message_in_flight_that_nobody_sends(doctor: Doctor, outbox: Path) -> None:
    change(
        outbox,
        "UPDATE hookproof_outbox SET state = 'in_flight', due_ms = NULL, lease_ms = ?",
        NOW_MS - HOUR_MS,
    )
    code, found = doctor()

    assert (1, "hookproof work") == (code, found["outbox leases"]["cure"])


def test_what_is_late_in_an_outbox_and_what_waits_for_a_person(doctor: Doctor, outbox: Path) -> None:
    change(outbox, "UPDATE hookproof_outbox SET due_ms = ?", NOW_MS - HOUR_MS)
    code, found = doctor()
    assert 1 == code
    assert "2 messages are due, the first since " in found["outbox due"]["what"]

    change(outbox, "UPDATE hookproof_outbox SET state = 'failed', due_ms = NULL")
    code, found = doctor()
    assert (0, "note") == (code, found["outbox messages"]["level"])
    assert "2 are failed" in found["outbox messages"]["what"]


def test_what_the_next_prune_would_remove(
    outbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change(outbox, "UPDATE hookproof_outbox SET state = 'delivered', due_ms = NULL, updated_ms = 0")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["doctor"])

    assert not left.value.code
    assert "hookproof outbox prune would remove 2" in capsys.readouterr().out


def test_a_database_of_both_programs(doctor: Doctor, outbox: Path) -> None:
    receiver = Receiver(f"sqlite:///{outbox}")
    receiver.open()
    receiver.close()
    change(outbox, "UPDATE hookproof_outbox SET state = 'unknown', due_ms = NULL")
    change(outbox, "UPDATE hookproof_receiver_version SET version_num = '9999'")
    code, found = doctor("--database", f"sqlite:///{outbox}")

    assert (1, {"schema", "outbox messages"}) == (code, set(found))


def test_an_application_may_have_a_database_of_its_own(
    doctor: Doctor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "hookproof.toml"
    settings.write_text('[receiver]\napp = "shop:receiver"\n')
    doctor()
    # `doctor` has read what was printed; the note is asked for once more.
    with pytest.raises(SystemExit):
        main(["doctor"])
    assert "shop:receiver is not asked for a database of its own" in capsys.readouterr().err


def test_another_database_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--database", "postgresql://user:hunter2@db/shop"])

    assert 2 == left.value.code
    assert "hunter2" not in capsys.readouterr().err


def test_opening_an_engine_is_not_what_it_does(tmp_path: Path) -> None:
    """It would make the file."""
    open_engine(f"sqlite:///{tmp_path}/made.db").dispose()
    assert (tmp_path / "made.db").exists()
    with pytest.raises(SystemExit):
        main(["doctor", "--database", f"sqlite:///{tmp_path}/not-made.db"])
    assert not (tmp_path / "not-made.db").exists()
