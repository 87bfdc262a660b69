"""A receiver whose database cannot be used: it does not start, or answers 503, and recovers.

In each case `hookproof doctor` says what the matter is.
"""

from __future__ import annotations

import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.crash.children import PATIENCE
from tests.crash.receiving import ROOT, Receiving, is_refusal
from tests.crash.test_storage import WITHOUT_PRIVILEGE, flipped, truncated
from tests.receiver.bare_server import eventually
from tests.receiver.wire import Response

from hookproof.clock import system_clock
from hookproof_runtime.checks.examining import examine

PAGE = 4096


@pytest.fixture
def receiving(tmp_path: Path) -> Receiving:
    """Not started yet."""
    return Receiving(tmp_path)


def made(receiving: Receiving) -> bytes:
    """A database with one message in it, closed in good order; its bytes."""
    with receiving:
        assert 201 == receiving.send("the first").status
        receiving.stop()
    assert not receiving.log.exists()
    return receiving.database.read_bytes()


def doctor(receiving: Receiving) -> str:
    """All that is wrong with its database, as `hookproof doctor` says it; empty where nothing is."""
    found = [one.finding for one in examine(receiving.database, system_clock() // 1_000_000)]
    return " ".join(one.what for one in found if one.level == "wrong")


# The disk.


@pytest.mark.parametrize("what", [pytest.param(resource.RLIMIT_FSIZE, id="CRASH-24/receive")])
def test_a_message_for_which_the_log_has_no_room_is_not_kept(receiving: Receiving, what: int) -> None:
    with receiving:
        assert 201 == receiving.send("the first").status
        before = resource.prlimit(receiving.pid, what)
        resource.prlimit(receiving.pid, what, (PAGE, before[1]))
        refused = receiving.send("no room")
        assert (True, "not_kept") == (is_refusal(refused), refused.code)
        eventually(lambda: is_refusal(receiving.ask("/readyz")))
        assert 200 == receiving.ask("/healthz").status
        resource.prlimit(receiving.pid, what, before)
        assert 201 == receiving.send("no room", retry=True).status
        eventually(lambda: receiving.ask("/readyz").status == 200)

    assert ["the first", "no room"] == receiving.effects()


@pytest.mark.long
@pytest.mark.parametrize("program", [pytest.param("receive", id="CRASH-25/receive")])
def test_a_folder_that_may_only_be_read_is_refused(receiving: Receiving, program: str) -> None:
    before = made(receiving)
    receiving.database.chmod(0o400)
    receiving.folder.chmod(0o500)
    words = [program, "--app", "tests.crash.shop:receiver", "--listen", "127.0.0.1:0"]
    words += ["--database", f"sqlite:///{receiving.database}"]

    def run(*more: str) -> tuple[int, str]:
        ran = subprocess.run(
            [sys.executable, "-c", WITHOUT_PRIVILEGE, *words, *more],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd=ROOT,
        )
        assert "Traceback" not in ran.stderr
        return ran.returncode, ran.stdout + ran.stderr

    started, checked = run(), run("--check")
    assert (3, True) == (started[0], "readonly database" in started[1]), started
    assert (1, True) == (checked[0], "may only be read" in checked[1]), checked
    receiving.folder.chmod(0o700)
    receiving.database.chmod(0o600)
    assert before == receiving.database.read_bytes()


# Somebody else.


@pytest.mark.long
@pytest.mark.parametrize("seconds", [pytest.param(10, id="CRASH-27/receive")])
def test_a_database_that_is_held_is_not_waited_for_longer_than_a_sender_waits(
    receiving: Receiving, seconds: int
) -> None:
    with receiving:
        assert 201 == receiving.send("the first").status
        over = threading.Event()
        with closing(sqlite3.connect(receiving.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            timer = threading.Timer(seconds, over.set)
            timer.start()
            answers: list[Response] = []
            while not over.is_set():
                answers += [receiving.send("held", retry=bool(answers)), receiving.ask("/readyz")]
            other.execute("ROLLBACK")
        assert all(map(is_refusal, answers))
        assert {"busy"} == {one.code for one in answers}
        assert 201 == receiving.send("held", retry=True).status
        eventually(lambda: receiving.ask("/readyz").status == 200)

    assert ["the first", "held"] == receiving.effects()


# The file.


@pytest.mark.long
@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(truncated, id="CRASH-28/truncated before receive"),
        pytest.param(flipped, id="CRASH-28/flipped before receive"),
    ],
)
def test_a_broken_file_is_refused_at_the_start_or_with_a_503(
    receiving: Receiving, tmp_path: Path, harm: Callable[[bytes], Iterator[tuple[bytes, bool]]]
) -> None:
    """Each page in turn. One that is not needed is not missed: then all is as it should be."""
    good = made(receiving)

    def run(number: int, data: bytes, must_be_refused: bool) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        own = Receiving.copy_of(data, folder)
        is_sound = not doctor(own)  # a page that is free is missed by nobody
        if not own.starts():
            assert "cannot be used" in own.said or "is missing or empty" in own.said, own.said
            assert not is_sound
            return "refused"
        try:
            assert not must_be_refused
            answer = own.send("broken")
            assert answer.status == 201 or is_refusal(answer) or answer.status == 500, answer
            assert answer.status == 201 or not is_sound
        finally:
            own.kill()
        assert "Traceback" not in own.said, own.said
        if answer.status != 201:
            return "answered"
        with closing(sqlite3.connect(own.database)) as connection:
            assert ("broken",) in connection.execute("SELECT key FROM effects").fetchall()
        return "kept"

    cases = list(harm(good))
    with ThreadPoolExecutor(4) as threads:
        ended = list(threads.map(run, range(len(cases)), *zip(*cases, strict=True)))
    assert 2 <= ended.count("refused"), ended


def delete(receiving: Receiving) -> None:
    receiving.database.unlink()


def delete_all(receiving: Receiving) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{receiving.database}{suffix}").unlink()


def replace(receiving: Receiving) -> None:
    other = receiving.folder / "other.db"
    other.write_bytes(receiving.database.read_bytes())
    other.replace(receiving.database)


def cut_to_nothing(receiving: Receiving) -> None:
    with receiving.database.open("r+b") as stream:
        stream.truncate(0)


def cut_in_half(receiving: Receiving) -> None:
    with receiving.database.open("r+b") as stream:
        stream.truncate(receiving.database.stat().st_size // PAGE // 2 * PAGE)


@pytest.mark.long
@pytest.mark.parametrize(
    ("harm", "says"),
    [
        pytest.param(delete, "missing", id="CRASH-28/deleted under receive"),
        pytest.param(delete_all, "no such file", id="CRASH-28/deleted whole under receive"),
        pytest.param(replace, "", id="CRASH-28/replaced under receive"),
        pytest.param(cut_to_nothing, "empty", id="CRASH-28/emptied under receive"),
        pytest.param(cut_in_half, "broken", id="CRASH-28/truncated under receive"),
    ],
)
def test_a_file_that_is_harmed_while_it_is_open_acknowledges_nothing_more(
    receiving: Receiving, harm: Callable[[Receiving], None], says: str
) -> None:
    good = made(receiving)
    with receiving:
        assert 201 == receiving.send("the second").status
        harm(receiving)
        assert is_refusal(receiving.send("not kept"))
        eventually(lambda: is_refusal(receiving.ask("/readyz")))
        assert 200 == receiving.ask("/healthz").status
        if says:
            assert says in doctor(receiving)
    if harm is cut_to_nothing:
        receiving.refuses()
    for suffix in ("-wal", "-shm"):
        Path(f"{receiving.database}{suffix}").unlink(missing_ok=True)
    receiving.database.write_bytes(good)  # the copy that one has
    with receiving:
        assert 201 == receiving.send("not kept", retry=True).status


@pytest.mark.long
@pytest.mark.parametrize("case", [pytest.param(None, id="CRASH-28/flipped under receive")])
def test_a_file_that_is_flipped_while_it_is_open_answers_only_what_it_kept(
    receiving: Receiving, tmp_path: Path, case: None
) -> None:
    """Each page in turn. What the process has in memory it does not read again, and need not."""
    good = made(receiving)

    def run(start: int) -> int:
        folder = tmp_path / str(start)
        folder.mkdir()
        with Receiving.copy_of(good, folder) as own:
            assert 201 == own.send("the second").status
            with own.database.open("r+b") as stream:
                stream.seek(start)
                piece = stream.read(12)
                stream.seek(start)
                stream.write(bytes(255 - byte for byte in piece))
            answer = own.send("the third")
            assert answer.status in (201, 500) or is_refusal(answer), answer
            own.kill()
            log = own.log.read_bytes()
        with Receiving.copy_of(
            good, folder
        ) as own:  # the copy that one has, and the log as it was left
            own.kill()
            own.log.write_bytes(log)
        assert (answer.status == 201) is ("the third" in own.effects())
        return answer.status

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(run, (0, 100, *range(PAGE, len(good), 3 * PAGE))))
    assert len(statuses) > 5


# The schema, and the log.


@pytest.mark.long
@pytest.mark.parametrize("version", [pytest.param("9999", id="CRASH-29/receive")])
def test_a_newer_schema_is_left_alone(receiving: Receiving, version: str) -> None:
    made(receiving)
    with closing(sqlite3.connect(receiving.database)) as connection:
        connection.execute("UPDATE hookproof_receiver_version SET version_num = ?", (version,))
        connection.commit()
    before = receiving.database.read_bytes()

    assert "was written by a newer hookproof: upgrade this one" in receiving.refuses()
    assert before == receiving.database.read_bytes()
    assert "newer hookproof" in doctor(receiving)


@pytest.mark.long
@pytest.mark.parametrize("case", [pytest.param(None, id="CRASH-30/receive")])
def test_a_log_without_its_database_is_kept_for_it(receiving: Receiving, case: None) -> None:
    """As a process leaves it that was killed, and whose database was then lost."""
    with receiving:
        assert 201 == receiving.send("the first").status
        receiving.kill()
    elsewhere = receiving.database.rename(receiving.folder / "elsewhere")
    before = receiving.log.read_bytes()

    assert "shop.db-wal is there" in receiving.refuses()
    assert before == receiving.log.read_bytes()
    assert "the two are one database" in doctor(receiving)
    elsewhere.rename(receiving.database)
    with receiving:
        assert "hookproof-duplicate" in receiving.send("the first", retry=True).headers
    assert ["the first"] == receiving.effects()


# Death.


@contextmanager
def two(folder: Path, *words: str) -> Iterator[tuple[Receiving, Receiving]]:
    """Two processes with one database."""
    with Receiving(folder, *words, app="tests.crash.slow_shop") as one:
        second = Receiving(
            folder, *words, app="tests.crash.slow_shop", said="said by the other", ready="ready 2"
        )
        with second:
            yield one, second


@pytest.mark.long
@pytest.mark.parametrize("number", [pytest.param(signal.SIGKILL, id="CRASH-35/receive")])
def test_what_a_process_had_under_way_when_it_was_killed_is_handled_by_another(
    tmp_path: Path, number: int
) -> None:
    with two(tmp_path) as (one, other), ThreadPoolExecutor(1) as threads:
        asked = threads.submit(one.send, "oom")
        eventually(lambda: (tmp_path / "began oom").exists())
        one.kill()
        with pytest.raises((AssertionError, OSError, ValueError)):
            asked.result(PATIENCE)  # no answer
        (tmp_path / "go").touch()
        assert 201 == other.send("oom", retry=True).status
        assert ["oom"] == other.effects()


@pytest.mark.long
@pytest.mark.parametrize("number", [pytest.param(signal.SIGKILL, id="CRASH-35/a promise")])
def test_what_was_promised_by_a_process_that_was_killed_is_handled_by_another(
    tmp_path: Path, number: int
) -> None:
    with two(tmp_path, "--answer-within", "100 ms") as (one, other):
        promised = one.send("promised")
        assert (200, "kept") == (promised.status, promised.headers["hookproof-state"])
        one.kill()
        (tmp_path / "go").touch()
        eventually(lambda: other.effects() == ["promised"])
        assert (
            201
            == eventually(
                lambda: answer if (answer := other.send("promised", retry=True)).status == 201 else None
            ).status
        )
        assert ["promised"] == other.effects()


@pytest.mark.long
@pytest.mark.parametrize("what", [pytest.param(resource.RLIMIT_AS, id="CRASH-35/no memory")])
def test_a_handler_for_which_there_is_no_memory_fails_alone(tmp_path: Path, what: int) -> None:
    (tmp_path / "go").touch()
    with Receiving(tmp_path, app="tests.crash.slow_shop") as one:
        assert 201 == one.send("before").status
        resource.prlimit(one.pid, what, (8 << 30, resource.RLIM_INFINITY))
        failed = one.send("too large")
        assert (500, "handler_failed") == (failed.status, failed.code)
        assert 201 == one.send("after").status
    assert ["before", "after"] == one.effects()
