"""Opening a database, and taking turns in it.

SQLite runs in WAL mode with `synchronous=FULL`: a commit that returned is on the disk, also when the
power fails (with NORMAL the last ones may be lost). Writers of one process queue in a fair lock; those
of other processes are waited for by SQLite's own busy timeout. A transaction begins with its first
statement, as `BEGIN IMMEDIATE`, so that it never has to upgrade a read lock; its turn lasts until the
connection is closed. One that only reads says so and takes no turn. After a fork the child opens
connections of its own, and finds the lock free. Each transaction sees first that the file that was
opened is still the one of that name, and, after an error of the disk, that nothing rests on what the
disk may have lost.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
import weakref
from collections.abc import Iterator, MutableMapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import Pool, QueuePool

from hookproof.errors import BadConfiguration, CannotRun, HookproofError

from .fair_lock import FairLock
from .one_file import OneFile
from .trust import Trust

WAIT = 3.0
"""Seconds that a writer waits for its turn, unless it says otherwise."""

StorageError: TypeAlias = SQLAlchemyError
"""What a statement or a commit that failed raises: a full disk, a broken file, a table's rule."""

Driver: TypeAlias = sqlite3.Connection
"""The driver's own connection, for statements that every message passes."""

_LOGGING_NAME = "hookproof"  # our engines' loggers: sqlalchemy.engine.Engine.hookproof
# SQLAlchemy's debug lines show rows: secrets, tokens and bodies. The statements may be seen (INFO).
logging.getLogger(f"sqlalchemy.engine.Engine.{_LOGGING_NAME}").addFilter(
    lambda record: record.levelno > logging.DEBUG
)

_READ = "hookproof_read"
_WAIT = "hookproof_wait"
_TURN = "hookproof_turn"  # in Connection.info: this connection holds the lock
_INHERITED: list[Pool] = []  # connections of the process that this one was forked from


class Busy(HookproofError):
    """Another transaction held the database for as long as this one would wait."""


class CommittedByBorrower(HookproofError):
    """Code that was lent a transaction tried to commit it."""


def open_engine(url: str) -> Engine:
    """Open a database; a SQLite file is made, readable by its owner alone, with its folder.

    Raises:
        BadConfiguration: the URL is none, or of a database that is not supported yet.
        CannotRun: the file cannot be made or opened.
    """
    parsed = _parse(url)
    _make_private_file(file_of(parsed))
    # As many connections as are asked for: what may be under way is bounded elsewhere, and who waited
    # for one would answer too late. No parameters in errors: they hold bodies.
    engine = create_engine(
        parsed, pool_size=16, max_overflow=-1, hide_parameters=True, logging_name=_LOGGING_NAME
    )
    prepare(engine)
    return engine


def file_of(url: str | URL) -> Path:
    """The file of a database.

    Raises:
        BadConfiguration: the URL is none, or of a database that is not supported yet.
    """
    return Path(_file_of(_parse(url)))


def folder_of(url: str | URL) -> Path:
    """The folder of a database's file: what belongs to it (keys, locks, outputs) lies there too.

    Raises:
        BadConfiguration: the URL is none.
    """
    return _itself(Path(_parse(url).database or ".")).parent


def folder_beside(file: str | Path, suffix: str) -> Path:
    """The folder that belongs to a database's file alone: one, by whichever link that is named.

    Args:
        file: the database's.
        suffix: what the folder's name adds to the file's.
    """
    return Path(f"{Path(file).resolve()}{suffix}")


def prepare(engine: Engine) -> None:
    """Make an engine behave as this module says, also one that an application opened.

    Does nothing the second time.

    Raises:
        BadConfiguration: the engine is not SQLite's, or its database is in memory.
    """
    _file_of(engine.url)
    if getattr(engine, "hookproof_lock", None) is not None:
        return
    lock = FairLock()
    cast(Any, engine).hookproof_lock = lock
    file = OneFile()
    trust = Trust()
    cast(Any, engine).hookproof_trust = trust
    event.listen(engine, "connect", lambda connection, _record: _on_connect(connection, file))
    event.listen(engine, "begin", lambda connection: _begin(connection, lock, file, trust))
    event.listen(engine, "handle_error", trust.note)
    event.listen(engine, "checkin", lambda connection, record: _end_turn(connection, record.info, lock))
    engine.dispose()  # connections opened before have none of this
    reference = weakref.ref(engine)
    os.register_at_fork(after_in_child=lambda: _after_fork(reference, lock))


def empty_log(engine: Engine) -> None:
    """Move what was committed into the database's file, and cut its write-ahead log to nothing.

    What was removed stands in neither then. It is left undone while others are at work.

    Raises:
        StorageError, sqlite3.Error: it cannot be opened; the disk is full, or broken.
    """
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        for mode in ("PASSIVE", "TRUNCATE"):  # the second holds the turn, and has little left to move
            cursor.execute(f"PRAGMA wal_checkpoint({mode})")
            cursor.fetchall()


def connections(engine: Engine) -> int | None:
    """How many connections an engine may have open at once; None where nothing bounds them."""
    pool = engine.pool
    if not isinstance(pool, QueuePool) or pool.size() == 0 or pool._max_overflow < 0:
        return None
    return pool.size() + pool._max_overflow


@contextmanager
def writing(engine: Engine, wait: float = WAIT) -> Iterator[Connection]:
    """A transaction that writes. It commits at the end, or rolls back on an error.

    Args:
        engine: a prepared engine.
        wait: seconds to wait for the turn.

    Raises:
        Busy: the turn did not come in time.
        StorageError: a statement or the commit failed, also one that was given to the driver.
    """
    with _driver_errors(engine), engine.connect() as connection:
        connection = connection.execution_options(**{_WAIT: wait})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one snapshot, and no turn taken."""
    with _driver_errors(engine), engine.connect() as connection:
        connection = connection.execution_options(**{_READ: True})
        with connection.begin():
            yield connection


def driver_of(connection: Connection) -> Driver:
    """The driver's connection under one whose transaction has begun; it is part of that transaction."""
    return cast(Driver, connection.connection.driver_connection)


@contextmanager
def lending(engine: Engine, wait: float) -> Iterator[Connection]:
    """A transaction for somebody else's code. It commits at the end, or rolls back on an error.

    It begins, and takes its turn, with the borrower's first statement; until then it blocks nobody.
    The borrower may roll back, and may not commit: what is lent out holds more than their own work.

    Args:
        engine: a prepared engine.
        wait: seconds that its first statement waits for the turn.

    Raises:
        Busy: the turn did not come in time.
        CommittedByBorrower: raised to the borrower, in whose place nothing is committed.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(**{_WAIT: wait})
        event.listen(connection, "commit", _refuse_commit)
        yield connection
        event.remove(connection, "commit", _refuse_commit)
        connection.commit()


@contextmanager
def _driver_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        cast(Any, engine).hookproof_trust.note_error(error)
        raise DBAPIError.instance("", (), error, sqlite3.Error, hide_parameters=True) from error


def _refuse_commit(_connection: Connection) -> None:
    raise CommittedByBorrower("this transaction is lent: it is committed when the work returns")


def _file_of(url: URL) -> str:
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise BadConfiguration(f"the database {url.drivername!r} is not supported yet: use sqlite")
    if url.host:
        raise BadConfiguration(
            "a path follows sqlite:/// with its three slashes, and a fourth if it starts at the root"
        )
    if not url.database or url.database == ":memory:":
        raise BadConfiguration("a database in memory keeps nothing: name a file, sqlite:///inbox.db")
    return url.database


def _parse(url: str | URL) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise BadConfiguration(
            'a database is a URL, such as "sqlite:///.hookproof/inbox.db" for .hookproof/inbox.db'
        ) from None


def _itself(path: Path) -> Path:
    """The file, where its name is a link's: what all who share it have in common, as SQLite sees it."""
    return path.resolve() if path.is_symlink() else path


def _make_private_file(path: Path) -> None:
    path = _itself(path)
    log = path.with_name(f"{path.name}-wal")
    # In this order: of a new database, the file is there before its log.
    if _size(log) and _size(path) <= 1:  # to SQLite, one byte is none
        raise CannotRun(
            f"{log} is there, and {path} is missing or empty: put that back beside it, for the two are "
            "one database; to do without what was written last, move the first away"
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"the database {path} cannot be made: {error.strerror}") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _on_connect(connection: sqlite3.Connection, file: OneFile) -> None:
    connection.isolation_level = (
        None  # transactions begin where `_begin` says, not where sqlite3 guesses
    )
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA busy_timeout = 3000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten in the file
        _, _, path = cursor.execute("PRAGMA database_list").fetchone()
    finally:
        cursor.close()
    file.opened(path)


def _begin(connection: Connection, lock: FairLock, file: OneFile, trust: Trust) -> None:
    file.check()
    options = connection.get_execution_options()
    if options.get(_READ):
        connection.exec_driver_sql("BEGIN")
        return
    wait: float = options.get(_WAIT, WAIT)
    until = time.monotonic() + wait
    if not connection.info.get(_TURN):
        if not lock.acquire(wait):
            raise Busy("another transaction holds the database")
        connection.info[_TURN] = True
    # What is left of the wait is for other processes: both together are what was asked for.
    left_ms = max(0, round((until - time.monotonic()) * 1000))
    driver_of(connection).execute(
        f"PRAGMA busy_timeout = {left_ms}"
    )  # past SQLAlchemy: it is on every message's way
    try:
        trust.regain(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as error:
        if isinstance(error, OperationalError) and "locked" in str(error.orig):
            raise Busy("another process holds the database") from error
        raise


def _end_turn(
    connection: sqlite3.Connection | None, info: MutableMapping[Any, Any], lock: FairLock
) -> None:
    try:
        # SQLAlchemy takes a transaction whose commit failed for ended; SQLite may not have ended it.
        if connection is not None and connection.in_transaction:
            connection.rollback()
    finally:
        if info.pop(_TURN, False):
            lock.release()


def _after_fork(reference: weakref.ref[Engine], lock: FairLock) -> None:
    engine = reference()
    if engine is not None:
        _INHERITED.append(engine.pool)  # kept: SQLite forbids the child even to close them
        engine.dispose(close=False)
        lock.reset()
