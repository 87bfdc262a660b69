"""What a failure of the storage is to a person, and whether waiting can mend it."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, SQLAlchemyError

from hookproof.errors import CannotRun

from .one_file import Replaced


def cannot_use(engine: Engine, error: SQLAlchemyError) -> CannotRun:
    """The sentence for whoever must mend it."""
    reason = error.orig if isinstance(error, DBAPIError) else error
    name = engine.url.database or engine.url.render_as_string(hide_password=True)
    return CannotRun(f"the database {name} cannot be used: {reason}")


def is_lasting(error: SQLAlchemyError) -> bool:
    """Whether it fails again however long one waits: the file is broken, or is another one.

    A full disk, a lock or an error of the disk may pass. SQLite's codes for a broken file
    (SQLITE_CORRUPT, SQLITE_NOTADB) are the ones that have no subclass in Python's sqlite3.
    """
    return isinstance(error, Replaced) or type(error) is DatabaseError
