"""Opening a database, and taking turns in it.

SQLite runs in WAL mode with `synchronous=FULL`: a commit that returned is on the disk, also when the
power fails (with NORMAL the last ones may be lost). Writers of one process queue in a fair lock; those
of other processes are waited for by SQLite's own busy timeout. A transaction begins with its first
statement, as `BEGIN IMMEDIATE`, so that it never has to upgrade a read lock; its turn lasts until the
connection is closed. One that only reads says so and takes no turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from hookproof.errors import BadConfiguration, CannotRun, HookproofError

from .fair_lock import FairLock

WAIT = 3.0
"""Seconds that a writer waits for its turn, unless it says otherwise."""

_READ = "hookproof_read"
_WAIT = "hookproof_wait"
_TURN = "hookproof_turn"  # in Connection.info: this connection holds the lock


class Busy(HookproofError):
    """Another transaction held the database for as long as this one would wait."""


def open_engine(url: str) -> Engine:
    """Open a database; a SQLite file is made, readable by its owner alone, with its folder.

    Raises:
        BadConfiguration: the URL is none, or of a database that is not supported yet.
        CannotRun: the file cannot be made or opened.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        raise BadConfiguration(
            f"the database {parsed.get_backend_name()!r} is not supported yet: use sqlite"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise BadConfiguration("a database in memory keeps nothing: name a file, sqlite:///inbox.db")
    _make_private_file(Path(parsed.database))
    engine = create_engine(parsed, pool_size=16, max_overflow=128)
    prepare(engine)
    return engine


def folder_of(url: str | URL) -> Path:
    """The folder of a database's file: what belongs to it (keys, locks, outputs) lies there too.

    Raises:
        BadConfiguration: the URL is none.
    """
    return Path(_parse(url).database or ".").parent


def prepare(engine: Engine) -> None:
    """Make an engine behave as this module says, also one that an application opened.

    Does nothing the second time.

    Raises:
        BadConfiguration: the engine is not SQLite's.
    """
    if engine.dialect.name != "sqlite":
        raise BadConfiguration(f"the database {engine.dialect.name!r} is not supported yet: use sqlite")
    if getattr(engine, "hookproof_lock", None) is not None:
        return
    lock = FairLock()
    cast(Any, engine).hookproof_lock = lock
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", lambda connection: _begin(connection, lock))
    event.listen(engine, "checkin", lambda _connection, record: _end_turn(record.info, lock))
    engine.dispose()  # connections opened before have none of this


@contextmanager
def writing(engine: Engine, wait: float = WAIT) -> Iterator[Connection]:
    """A transaction that writes. It commits at the end, or rolls back on an error.

    Args:
        engine: a prepared engine.
        wait: seconds to wait for the turn.

    Raises:
        Busy: the turn did not come in time.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(**{_WAIT: wait})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one snapshot, and no turn taken."""
    with engine.connect() as connection:
        connection = connection.execution_options(**{_READ: True})
        with connection.begin():
            yield connection


def _parse(url: str | URL) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise BadConfiguration('a database is an URL such as "sqlite:///.hookproof/inbox.db"') from None


def _make_private_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"the database {path} cannot be made: {error.strerror}") from error


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = (
        None  # transactions begin where `_begin` says, not where sqlite3 guesses
    )
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA busy_timeout = 3000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _begin(connection: Connection, lock: FairLock) -> None:
    options = connection.get_execution_options()
    if options.get(_READ):
        connection.exec_driver_sql("BEGIN")
        return
    if not connection.info.get(_TURN):
        if not lock.acquire(options.get(_WAIT, WAIT)):
            raise Busy("another transaction holds the database")
        connection.info[_TURN] = True
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except DBAPIError as error:
        if isinstance(error, OperationalError) and "locked" in str(error.orig):
            raise Busy("another process holds the database") from error
        raise


def _end_turn(info: MutableMapping[Any, Any], lock: FairLock) -> None:
    if info.pop(_TURN, False):
        lock.release()
