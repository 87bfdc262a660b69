"""Whether a database is still the file that was opened."""

from __future__ import annotations

import os

from sqlalchemy.exc import SQLAlchemyError


class Replaced(SQLAlchemyError):
    """The database's file was removed, or another one lies in its place.

    SQLite would go on in the old one, which has no name any more: what is written there is gone with
    the process.
    """


class OneFile:
    """The file of an engine's connections: the one that the first of them opened."""

    def __init__(self) -> None:
        self._path = ""
        self._identity: tuple[int, int] | None = None

    def opened(self, path: str) -> None:
        """A connection opened it. The first one says which file it is."""
        if self._identity is None:
            self._path, self._identity = path, _identity(path)

    def check(self) -> None:
        """See that it is still there.

        Raises:
            Replaced: it is not.
        """
        if _identity(self._path) != self._identity:
            raise Replaced("its file was removed or replaced while it was open: start again")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
