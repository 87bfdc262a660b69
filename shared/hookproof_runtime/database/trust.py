"""After an error of the disk: nothing is committed on top of what the disk may have lost."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError


class LogInDoubt(SQLAlchemyError):
    """The disk failed, and others keep the log from being emptied."""


class Trust:
    """Whether what was written to the log (`-wal`) is on the disk.

    Where a sync fails, the system may take what it could not write for written: a later sync of the
    same file succeeds, and the bytes are nowhere. They are of a commit that was not acknowledged; but a
    later one that was stands behind them in the log, and would be lost with them. So the log is emptied
    into the database, which is synced, before anything else is begun, and its handles are opened anew.
    """

    def __init__(self) -> None:
        self._lost = False

    def note(self, context: ExceptionContext) -> None:
        """Take note of an error that SQLAlchemy met."""
        self.note_error(context.original_exception)

    def note_error(self, error: BaseException) -> None:
        """Take note of an error, also of one that the driver raised past SQLAlchemy."""
        if isinstance(error, sqlite3.OperationalError) and "disk I/O error" in str(error):
            self._lost = True

    def regain(self, connection: Connection) -> None:
        """Empty the log, where the disk failed; in the writer's turn, before a transaction.

        Raises:
            SQLAlchemyError: it cannot be emptied: nothing may be written.
        """
        if not self._lost:
            return
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if busy:
            raise LogInDoubt("the disk failed, and others keep the log from being emptied: try again")
        self._lost = False
        connection.engine.dispose()  # this connection goes on; no other that was open does
