"""A database that cannot be used is refused in a sentence, with exit code 3, and nothing is sent.

Once it can be used again, what was recorded is there, and goes on.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.crash import programs
from tests.crash.children import PATIENCE, Child
from tests.crash.commands import hookproof, limited, the_sentence
from tests.crash.gate import Gate
from tests.crash.history import problems
from tests.crash.place import Place
from tests.crash.programs import task
from tests.crash.shop import PATH

from hookproof.errors import CannotRun
from hookproof_runtime.database import Busy
from hookproof_sender import Sender
from hookproof_sender.outbox import Outbox

# What root may do to any file it may do only to its own without these two capabilities (capability.h).
WITHOUT_PRIVILEGE = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "hookproof_runtime", *sys.argv[1:]])
"""


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """The message's, and no other test's."""
    return str(request.node.name)


@pytest.mark.parametrize("program", [pytest.param("work", id="CRASH-24/work")])
def test_a_worker_whose_log_cannot_grow_records_what_it_did_when_it_can(
    place: Place, key: str, program: str
) -> None:
    keys = {key, f"{key}/later"}
    with (
        Gate(place.shop.port, "answer") as gate,
        Child(programs.work, place.database, until_done=False) as worker,
    ):
        outbox = Outbox(place.database)
        outbox.enqueue(task(gate.url + PATH, key))
        gate.reached()
        with limited(worker, resource.RLIMIT_FSIZE, 4096):
            gate.let_go()
            worker.prints("the outbox cannot be written")
            outbox.enqueue(task(gate.url + PATH, f"{key}/later"))
            worker.prints("the outbox cannot be written", times=2)
            assert [None] == gate.guids  # it sends nothing that it could not record
            assert ["in_flight", "pending"] == [row.state for row in place.rows()]
        assert [(1, 201), (1, 201)] == [worker.says(), worker.says()]

        assert [None, None] == gate.guids
    place.check(keys, keys)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send"], id="CRASH-24/send"),
        pytest.param(["send", "--queue"], id="CRASH-24/queue"),
    ],
)
def test_a_message_for_which_the_log_has_no_room_is_not_sent(
    place: Place, key: str, words: list[str]
) -> None:
    outbox = Outbox(place.database)
    outbox.find()  # open, so that the log is there already
    large = json.dumps({"run": key, "pad": "x" * 100_000})
    with hookproof(place, *words, data=large, largest_file=50_000) as command:
        assert 3 == command.end()
        assert "cannot be used: disk I/O error" in the_sentence(command.lines)

    assert ([], ()) == (place.rows(), place.check({key}, set()).requests)
    outbox.engine.dispose()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send", "--queue"], id="CRASH-25/queue"),
        pytest.param(["send"], id="CRASH-25/send"),
        pytest.param(["work"], id="CRASH-25/work"),
    ],
)
def test_a_folder_that_may_only_be_read(place: Place, key: str, words: list[str]) -> None:
    Outbox(place.database).enqueue(task(place.shop.url, key))
    place.rows()
    place.file.chmod(0o400)
    place.file.parent.chmod(0o500)
    url = [place.shop.url, "--data", "{}"] if words[0] == "send" else []
    command = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT_PRIVILEGE,
            *words,
            *url,
            "--allow-loopback",
            "--database",
            place.database,
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    place.file.parent.chmod(0o700)
    place.file.chmod(0o600)

    assert (3, "") == (command.returncode, command.stdout)
    assert "readonly database" in the_sentence(command.stderr.splitlines())
    place.recover()
    assert [None] == [one.guid for one in place.check({key}, {key}).requests]


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send"], id="CRASH-27/send"),
        pytest.param(["send", "--queue"], id="CRASH-27/queue"),
    ],
)
def test_a_database_that_is_held_by_somebody_else_is_waited_for_and_then_named(
    place: Place, words: list[str]
) -> None:
    place.rows()
    with locked(place), hookproof(place, *words) as command:
        assert 3 == command.end()
        assert "hookproof: another process holds the database" == the_sentence(command.lines)

    assert [] == place.rows()


@pytest.mark.long
@pytest.mark.parametrize(
    "program",
    [
        pytest.param("send", id="CRASH-27/send with an outcome"),
        pytest.param("work", id="CRASH-27/work"),
    ],
)
def test_an_outcome_waits_for_whoever_holds_the_database(place: Place, key: str, program: str) -> None:
    with Gate(place.shop.port, "answer") as gate:
        what = task(gate.url + PATH, key)
        if program == "work":
            Outbox(place.database).enqueue(what)
            child = Child(programs.work, place.database)
        else:
            child = Child(programs.send, place.database, what)
        with child:
            gate.reached()
            with locked(place):
                gate.let_go()
                for _ in range(4):  # others give up meanwhile, after 3 s each
                    with pytest.raises(Busy):
                        Outbox(place.database).enqueue(what)
            assert (1, 201) == child.says()
            assert 0 == child.end()

    assert 1 == len(place.check({key}, {key}).requests)


def truncated(data: bytes) -> Iterator[tuple[bytes, bool]]:
    for size in (100, 4096, len(data) // 2, len(data) - 4096):
        yield data[:size], True


def flipped(data: bytes) -> Iterator[tuple[bytes, bool]]:
    for start in (0, 100, *range(4096, len(data), 4096)):
        piece = bytes(255 - byte for byte in data[start : start + 12])
        yield data[:start] + piece + data[start + 12 :], start == 0


@pytest.mark.long
@pytest.mark.parametrize("words", [["send"], ["work", "--until-done"]], ids=["send", "work"])
@pytest.mark.parametrize(
    "harm",
    [pytest.param(truncated, id="CRASH-28/truncated"), pytest.param(flipped, id="CRASH-28/flipped")],
)
def test_a_broken_file_is_refused(
    place: Place,
    tmp_path: Path,
    words: list[str],
    harm: Callable[[bytes], Iterator[tuple[bytes, bool]]],
) -> None:
    """Each page in turn. One that SQLite does not need is not missed: then all is as it should be."""

    def run(number: int, data: bytes, must_be_refused: bool) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        own = Place(folder, place.shop)
        keys = [f"{harm.__name__}/{words[0]}/{number}/{one}" for one in ("there", "new")]
        recorded = keys[:1]
        own.record(task(own.shop.url, keys[0]))
        good = own.file.read_bytes()
        own.file.write_bytes(list(harm(good))[number][0])
        with hookproof(own, *words, data=json.dumps({"run": keys[1]})) as command:
            code = command.end()
            if code == 3:
                assert "cannot be used" in the_sentence(command.lines)
                assert not any("delivered" in line for line in command.lines)
                own.file.write_bytes(good)
            else:
                assert (0, False) == (code, must_be_refused)
                recorded += keys[1:] if words[0] == "send" else []
        try:
            own.recover()
        except CannotRun:  # what the command did not need, a worker does
            assert code == 0
            own.file.write_bytes(good)
            assert 1 == own.shop.effects().count(keys[words[0] == "send"])
        else:
            found = problems(own.history(set(keys), set(recorded)))
            if code == 3:  # the copy that was put back may not know of a first attempt that was made
                found = [one for one in found if not one.startswith("mixed up")]
            assert [] == found
        return code

    own = Place(tmp_path, place.shop)
    own.record(task(place.shop.url, "measured"))
    cases = list(harm(own.file.read_bytes()))
    with ThreadPoolExecutor(4) as threads:
        codes = list(threads.map(run, range(len(cases)), *zip(*cases, strict=True)))
    assert codes.count(3) > len(codes) // 2


@pytest.mark.parametrize(
    "becomes",
    [pytest.param("deleted", id="CRASH-28/deleted"), pytest.param("replaced", id="CRASH-28/replaced")],
)
def test_a_worker_ends_when_its_database_is_not_the_same_any_more(
    place: Place, key: str, becomes: str
) -> None:
    with hookproof(place, "work") as worker:
        Outbox(place.database).enqueue(task(place.shop.url, key))
        worker.prints("<-- 201")
        for file in place.file.parent.iterdir():
            file.unlink()
        if becomes == "replaced":
            place.rows()

        assert 3 == worker.end()
        assert "removed or replaced" in the_sentence(worker.lines)


@pytest.mark.parametrize(
    "becomes", [pytest.param("deleted", id="CRASH-28/deleted under an application")]
)
def test_nothing_is_called_recorded_in_a_file_that_is_gone(
    place: Place, key: str, becomes: str
) -> None:
    sender = Sender(database=place.database, allow_loopback=True)
    what = task(place.shop.url, key)
    sender.outbox.enqueue(what)
    elsewhere = place.file.rename(place.file.with_name("elsewhere.db"))

    for call in (sender.outbox.enqueue, sender.send):
        with pytest.raises(CannotRun, match="removed or replaced"):
            call(what)
    elsewhere.rename(place.file)
    sender.outbox.engine.dispose()
    place.recover()
    assert 1 == len(place.check({key}, {key}).requests)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send"], id="CRASH-29/send"),
        pytest.param(["send", "--queue"], id="CRASH-29/queue"),
        pytest.param(["work"], id="CRASH-29/work"),
    ],
)
def test_a_schema_of_a_newer_program_is_left_alone(place: Place, key: str, words: list[str]) -> None:
    place.record(task(place.shop.url, key))
    version = set_version(place, "9999")
    before = place.file.read_bytes()
    with hookproof(place, *words) as command:
        assert 3 == command.end()
        assert "written by a newer hookproof: upgrade this one" in the_sentence(command.lines)
    assert before == place.file.read_bytes()

    set_version(place, version)
    place.recover()
    assert 1 == len(place.check({key}, {key}).requests)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send"], id="CRASH-30/send"),
        pytest.param(["send", "--queue"], id="CRASH-30/queue"),
        pytest.param(["work"], id="CRASH-30/work"),
    ],
)
def test_a_log_without_its_database_is_kept_for_it(place: Place, key: str, words: list[str]) -> None:
    """As a process leaves it that was killed, and whose database was then lost."""
    with Child(programs.record, place.database, task(place.shop.url, key), at="recorded") as child:
        child.says(), child.says()
        child.kill()
    log = place.file.with_name("outbox.db-wal")
    elsewhere = place.file.rename(place.file.with_name("elsewhere.db"))
    before = log.read_bytes()
    assert before
    with hookproof(place, *words) as command:
        assert 3 == command.end()
        assert "outbox.db-wal is there" in the_sentence(command.lines)
    assert before == log.read_bytes()

    elsewhere.rename(place.file)
    place.recover()
    assert 1 == len(place.check({key}, {key}).requests)


def set_version(place: Place, version: str) -> str:
    """Have the database be of another version; the one that it had."""
    with closing(sqlite3.connect(place.file)) as database:
        ((before,),) = database.execute("SELECT version_num FROM hookproof_sender_version").fetchall()
        database.execute("UPDATE hookproof_sender_version SET version_num = ?", (version,))
        database.commit()
    return str(before)


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the database, as another program does."""
    with closing(sqlite3.connect(place.file, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
