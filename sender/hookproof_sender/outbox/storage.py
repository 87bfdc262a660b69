"""The database behind an outbox, opened when it is needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hookproof_runtime.database import (
    MIGRATION_WAIT,
    WAIT,
    Connection,
    Engine,
    StorageError,
    cannot_use,
    open_engine,
    prepare,
    reading,
    writing,
)

from ..migrations import bring_up_to_date


class Storage:
    """A database with the outbox's tables. It serves any number of threads.

    Args:
        database: a URL, or an SQLAlchemy engine.
    """

    def __init__(self, database: str | Engine) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._opened: Engine | None = None

    def open(self, wait: float = MIGRATION_WAIT) -> Engine:
        """The database; tables that are not there yet are made.

        Args:
            wait: seconds to wait for others, where tables are to be made.

        Raises:
            BadConfiguration: it is none that can be used.
            CannotRun: it cannot be opened, is broken, or was written by a newer hookproof.
            Busy: others kept the tables from being made.
        """
        with self._lock:
            if self._opened is None:
                engine = self._database
                if isinstance(engine, str):
                    engine = open_engine(engine)
                else:
                    prepare(engine)
                bring_up_to_date(engine, wait=wait)
                self._opened = engine
            return self._opened

    @contextmanager
    def writing(self, wait: float = WAIT) -> Iterator[Connection]:
        """A transaction that writes, as `hookproof_runtime.database.writing`.

        Raises:
            HookproofError: the database cannot be used, or others held it for too long.
        """
        engine = self.open()
        try:
            with writing(engine, wait) as connection:
                yield connection
        except StorageError as error:
            raise cannot_use(engine, error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            HookproofError: the database cannot be used.
        """
        engine = self.open()
        try:
            with reading(engine) as connection:
                yield connection
        except StorageError as error:
            raise cannot_use(engine, error) from error
