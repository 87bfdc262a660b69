"""The database: a commit is on the disk, and writers take turns."""

import resource
import signal
import sqlite3
import stat
import threading
import time
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import create_engine, text
from tests.forking import holds_in_a_child

from hookproof.errors import BadConfiguration, CannotRun
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_runtime.database import (
    Busy,
    CommittedByBorrower,
    FairLock,
    Replaced,
    StorageError,
    driver_of,
    empty_log,
    folder_of,
    lending,
    open_engine,
    prepare,
    reading,
    writing,
)


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/kept/inbox.db")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE effects (name TEXT)"))
    yield engine
    engine.dispose()


def names(engine):
    with reading(engine) as connection:
        return [row.name for row in connection.execute(text("SELECT name FROM effects"))]


@contextmanager
def no_file_beyond(size):
    """Writing more fails as a broken disk does."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def add(connection, name):
    connection.execute(text("INSERT INTO effects VALUES (:name)"), {"name": name})


def test_a_new_file_and_its_folder_belong_to_their_owner_alone(engine, tmp_path):
    assert 0o600 == stat.S_IMODE((tmp_path / "kept/inbox.db").stat().st_mode)
    assert 0o700 == stat.S_IMODE((tmp_path / "kept").stat().st_mode)


def test_each_connection_writes_ahead_and_syncs_in_full(engine):
    with reading(engine) as connection:
        assert "wal" == connection.execute(text("PRAGMA journal_mode")).scalar()
        assert 2 == connection.execute(text("PRAGMA synchronous")).scalar()  # FULL


def test_after_an_error_of_the_disk_the_log_is_emptied_before_anything_is_added(engine, tmp_path):
    """Nothing that is acknowledged stands in it behind what the disk may have lost."""
    log = tmp_path / "kept/inbox.db-wal"
    with writing(engine) as connection:
        add(connection, "a" * 100_000)
    before = log.stat().st_size
    with (
        no_file_beyond(before),
        pytest.raises(StorageError, match="disk I/O error"),
        writing(engine) as connection,
    ):
        add(connection, "lost")
    with writing(engine) as connection:
        add(connection, "kept")

    assert log.stat().st_size < before
    assert ["a" * 100_000, "kept"] == names(engine)


def test_also_where_the_driver_met_it_in_the_midst_of_a_transaction(engine, tmp_path):
    """What is larger than SQLite's cache is written before the commit."""
    log = tmp_path / "kept/inbox.db-wal"
    with writing(engine) as connection:
        add(connection, "a" * 100_000)
    before = log.stat().st_size
    with (
        no_file_beyond(before),
        pytest.raises(StorageError, match="disk I/O error"),
        writing(engine) as connection,
    ):
        driver_of(connection).execute("INSERT INTO effects VALUES (?)", ("lost" * 2_000_000,))
        pytest.fail("it was not written before the commit")
    with writing(engine) as connection:
        add(connection, "kept")

    assert log.stat().st_size < before
    assert ["a" * 100_000, "kept"] == names(engine)


def test_while_the_log_cannot_be_emptied_nothing_is_added(engine, tmp_path):
    with writing(engine) as connection:
        add(connection, "there")
    with (
        no_file_beyond(4096),
        pytest.raises(StorageError, match="disk I/O error"),
        writing(engine) as connection,
    ):
        add(connection, "lost")
    with sqlite3.connect(tmp_path / "kept/inbox.db") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM effects").fetchone()
        with (
            pytest.raises(StorageError, match="others keep the log"),
            writing(engine, 0.1) as connection,
        ):
            add(connection, "lost, too")
        reader.execute("ROLLBACK")
    reader.close()
    with writing(engine) as connection:
        add(connection, "kept")
    assert ["there", "kept"] == names(engine)


@pytest.mark.parametrize("transaction", [reading, writing])
@pytest.mark.parametrize("size", [0, 4096])
def test_a_file_that_was_cut_short_is_not_written_any_more(engine, tmp_path, transaction, size):
    with writing(engine) as connection:
        add(connection, "a" * 100_000)
    empty_log(engine)
    with writing(engine) as connection:
        add(connection, "b")
    with (tmp_path / "kept/inbox.db").open("r+b") as stream:
        stream.truncate(size)

    with pytest.raises(Replaced, match="cut short"), transaction(engine) as connection:
        connection.execute(text("SELECT * FROM effects"))


def test_a_file_that_was_made_smaller_in_good_order_is_written(engine, tmp_path):
    file = tmp_path / "kept/inbox.db"
    with writing(engine) as connection:
        add(connection, "a" * 100_000)
    empty_log(engine)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM effects"))
    before = file.stat().st_size
    with closing(sqlite3.connect(file)) as other:
        other.execute("VACUUM")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert file.stat().st_size < before

    with writing(engine) as connection:
        add(connection, "c")
    assert ["c"] == names(engine)


@pytest.mark.parametrize("transaction", [reading, writing])
@pytest.mark.parametrize("becomes", ["removed", "replaced"])
def test_a_file_that_is_gone_from_its_place_is_not_written_any_more(
    engine, tmp_path, transaction, becomes
):
    file = tmp_path / "kept/inbox.db"
    with writing(engine) as connection:
        add(connection, "kept")
    file.rename(tmp_path / "moved.db")
    if becomes == "replaced":
        file.touch()

    with pytest.raises(Replaced, match="start again"), transaction(engine):
        pass
    engine.dispose()  # nor by a new connection
    with pytest.raises(Replaced), transaction(engine):
        pass


@pytest.mark.parametrize("left", [None, b""], ids=["missing", "empty"])
def test_a_log_without_its_database_is_not_thrown_away(tmp_path, left):
    """SQLite would: it takes the log for one that somebody forgot."""
    file, log = tmp_path / "inbox.db", tmp_path / "inbox.db-wal"
    log.write_bytes(b"what was committed last")
    if left is not None:
        file.write_bytes(left)

    with pytest.raises(CannotRun, match=r"inbox\.db-wal is there"):
        open_engine(f"sqlite:///{file}")
    assert b"what was committed last" == log.read_bytes()


def test_a_link_is_another_name_for_its_file_and_what_lies_beside_that(tmp_path):
    link, itself = tmp_path / "link.db", tmp_path / "kept" / "inbox.db"
    link.symlink_to(itself)

    assert itself.parent == folder_of(f"sqlite:///{link}")
    itself.parent.mkdir()
    itself.with_name("inbox.db-wal").write_bytes(b"what was written last")
    with pytest.raises(CannotRun, match=f"{itself}-wal is there, and {itself} is missing"):
        open_engine(f"sqlite:///{link}")
    assert not itself.exists()


def test_a_transaction_commits_at_the_end_and_rolls_back_on_an_error(engine):
    with writing(engine) as connection:
        add(connection, "kept")
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        add(connection, "lost")
        1 / 0  # noqa: B018
    assert ["kept"] == names(engine)


def test_a_writer_whose_turn_does_not_come_says_so(engine):
    with writing(engine) as holder:
        add(holder, "first")
        with pytest.raises(Busy), writing(engine, wait=0.05) as connection:
            add(connection, "second")
    assert ["first"] == names(engine)


def test_a_writer_of_another_process_is_waited_for_and_then_named(engine, tmp_path):
    other = sqlite3.connect(tmp_path / "kept/inbox.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(Busy, match="another process"), writing(engine, wait=0.05) as connection:
        add(connection, "x")
    assert time.monotonic() - began < 2  # and not SQLite's own timeout on top
    other.close()
    with writing(engine) as connection:
        add(connection, "y")
    assert ["y"] == names(engine)


def test_a_reader_takes_no_turn(engine):
    with writing(engine) as holder:
        add(holder, "not yet")
        assert [] == names(engine)


def test_the_turn_ends_when_an_abandoned_connection_is_closed(engine):
    connection = engine.connect()
    add(connection, "abandoned")
    connection.close()
    with writing(engine, wait=0.05) as connection:
        add(connection, "next")
    assert ["next"] == names(engine)


def test_a_lent_transaction_begins_with_its_first_statement_and_commits_at_the_end(engine):
    with lending(engine, wait=1) as lent:
        with writing(engine, wait=0.05) as connection:
            add(connection, "before")
        add(lent, "lent")
        with pytest.raises(Busy), writing(engine, wait=0.05):
            pass
    assert ["before", "lent"] == names(engine)


def test_a_lent_transaction_rolls_back_on_an_error(engine):
    with pytest.raises(ZeroDivisionError), lending(engine, wait=1) as lent:
        add(lent, "lost")
        1 / 0  # noqa: B018
    assert [] == names(engine)


def test_a_borrower_may_not_commit(engine):
    with pytest.raises(CommittedByBorrower), lending(engine, wait=1) as lent:
        add(lent, "lost")
        lent.commit()
    assert [] == names(engine)
    with lending(engine, wait=1) as lent:  # on the same connection of the pool
        add(lent, "kept")
    assert ["kept"] == names(engine)


def test_a_forked_child_finds_the_lock_free_and_leaves_its_parents_connections_alone(engine):
    def write():
        with writing(engine, wait=0.05) as connection:
            add(connection, "child's")
        return True

    with writing(engine) as connection:
        add(connection, "parent's")
        assert holds_in_a_child(lambda: names(engine) == [])
    assert holds_in_a_child(write)
    assert ["parent's", "child's"] == names(engine)


def test_fifty_writers_lose_nothing(engine):
    def write(number):
        with writing(engine, wait=30) as connection:
            add(connection, str(number))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 50 == len(names(engine))


def test_an_application_s_own_engine_is_made_to_behave(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/shop.db")
    prepare(engine)
    prepare(engine)
    with reading(engine) as connection:
        assert 2 == connection.execute(text("PRAGMA synchronous")).scalar()
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("inbox.db", "sqlite:///", id="no URL"),
        pytest.param("sqlite://", "keeps nothing", id="in memory"),
        pytest.param("sqlite:///:memory:", "keeps nothing", id="in memory by name"),
        pytest.param("mysql://x/y", "not supported", id="another database"),
    ],
)
def test_a_database_that_cannot_keep_a_promise_is_refused(url, said):
    with pytest.raises(BadConfiguration, match=said):
        open_engine(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match="cannot be made"):
        open_engine(f"sqlite:///{tmp_path}/file/inbox.db")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "inbox.db").write_bytes(b"this is no database at all, it is a letter" * 50)
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    with pytest.raises(CannotRun, match="cannot be used"):
        bring_up_to_date(engine)
    engine.dispose()


def test_a_fair_lock_is_handed_on_in_the_order_of_asking():
    lock = FairLock()
    order: list[str] = []
    asked: list[str] = []
    lock.acquire(1)

    def take(name, ready):
        ready.set()
        lock.acquire(5)
        order.append(name)
        lock.release()

    threads = []
    for name in "abc":
        ready = threading.Event()
        thread = threading.Thread(target=take, args=(name, ready))
        thread.start()
        ready.wait(5)
        while len(lock._waiting) <= len(asked):  # until it stands in the queue
            threading.Event().wait(0.001)
        asked.append(name)
        threads.append(thread)
    lock.release()
    for thread in threads:
        thread.join(5)
    assert ["a", "b", "c"] == order


def test_a_lock_that_nobody_holds_cannot_be_released():
    with pytest.raises(RuntimeError):
        FairLock().release()


def test_an_error_of_a_statement_shows_none_of_its_parameters(engine):
    """Whoever logs it with a traceback would log the body of a message."""
    with pytest.raises(StorageError) as failed, writing(engine) as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:body)"), {"body": "the body"})
    assert "the body" not in str(failed.value)


def test_a_turn_is_not_handed_to_whom_a_signal_took_away():
    """Ctrl-C in a thread that waits: the next in the queue would wait for ever."""

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        lock = FairLock()
        lock.acquire(0)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            lock.acquire(30)
        lock.release()
        assert lock.acquire(0)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_another_process_is_waited_for_as_long_as_was_asked_for(engine):
    with lending(engine, 60.0) as connection:
        waits_ms = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    assert 50_000 < waits_ms <= 60_000


def test_two_databases_are_brought_up_to_date_at_the_same_time(tmp_path):
    engines = [open_engine(f"sqlite:///{tmp_path}/{number}.db") for number in range(4)]
    failures = []

    def migrate(engine):
        try:
            bring_up_to_date(engine)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=migrate, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [] == failures
    for engine in engines:
        engine.dispose()
