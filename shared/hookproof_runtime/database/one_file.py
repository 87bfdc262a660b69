"""Whether a database is still the file that was opened, and all of it."""

from __future__ import annotations

import os
import struct

from sqlalchemy.exc import SQLAlchemyError


class Replaced(SQLAlchemyError):
    """The database's file was removed or cut short, or another one lies in its place.

    SQLite would go on: in the old file, which has no name any more, or out of its memory and log. What
    is written there is gone with the process.
    """


class OneFile:
    """The file of an engine's connections: the one that the first of them opened."""

    def __init__(self) -> None:
        self._path = ""
        self._identity: tuple[int, int] | None = None
        self._size = 0  # the largest that it was, or that it shrank to in good order

    def opened(self, path: str) -> None:
        """A connection opened it. The first one says which file it is."""
        if self._identity is None:
            self._path = path
            self._identity, self._size = _look(path)

    def check(self) -> None:
        """See that it is still there.

        Raises:
            Replaced: it is not.
        """
        identity, size = _look(self._path)
        if identity != self._identity:
            raise Replaced("its file was removed or replaced while it was open: start again")
        if size < self._size and size != _size_it_names(self._path):  # VACUUM makes it smaller, too
            raise Replaced("its file was cut short while it was open: put back a copy, and start again")
        self._size = size


def _look(path: str) -> tuple[tuple[int, int] | None, int]:
    try:
        found = os.stat(path)
    except OSError:
        return None, 0
    return (found.st_dev, found.st_ino), found.st_size


def _size_it_names(path: str) -> int | None:
    """The bytes that a database's first page says it has; None where there is no such page."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(32)
    except OSError:
        return None
    if len(head) < 32:
        return None
    (page,) = struct.unpack_from(">H", head, 16)
    (pages,) = struct.unpack_from(">I", head, 28)
    return int(pages * (65536 if page == 1 else page))
