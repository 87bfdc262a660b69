"""One SQLite database, looked at from outside and changed in nothing."""

from __future__ import annotations

import shutil
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

from .file_locks import is_in_use

MAGIC = b"SQLite format 3\0"
"""What every database begins with that is not empty."""


class StoreFile:
    """The files of a database.

    Args:
        path: the database's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """The database."""
        self.log = path.with_name(path.name + "-wal")
        """What was committed and is not in the database yet."""
        self.shm = path.with_name(path.name + "-shm")
        """The index of the log; nothing that lasts is in it."""
        self.journal = path.with_name(path.name + "-journal")
        """What takes back a transaction, where the database is not in WAL mode."""

    @property
    def size(self) -> int | None:
        """Bytes of the database; None where it is not there."""
        return _size(self.path)

    @property
    def log_size(self) -> int:
        """Bytes of the log; 0 where there is none."""
        return _size(self.log) or 0

    @property
    def in_use(self) -> bool:
        """Whether a process has it open."""
        return is_in_use(self.shm)

    def header(self) -> Header:
        """What the first page says of it."""
        with self.path.open("rb") as stream:
            return Header.read(stream.read(100))


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a database's first page (SQLite's file format, 1.3)."""

    is_database: bool
    """Whether it begins as every database does."""
    is_wal: bool
    """Whether it is in WAL mode."""
    size: int | None
    """Bytes that the database is to have; None where that is not said."""

    @classmethod
    def read(cls, data: bytes) -> Header:
        """Read it; anything may come."""
        if len(data) < 100 or not data.startswith(MAGIC):
            return cls(False, False, None)
        (page_size,) = struct.unpack_from(">H", data, 16)
        changes, pages = struct.unpack_from(">II", data, 24)
        (valid_for,) = struct.unpack_from(">I", data, 92)
        known = pages and changes == valid_for
        return cls(
            True, data[18] == 2, pages * (page_size if page_size > 1 else 65536) if known else None
        )


class Contents(NamedTuple):
    """What is in a database: what the checks of a program look at."""

    connection: sqlite3.Connection
    """As `opened` gives it."""
    path: Path
    """The database's file."""
    now_ms: int
    """The time, in Unix milliseconds."""


@contextmanager
def opened(store: StoreFile) -> Iterator[sqlite3.Connection]:
    """A connection that reads, and that changes neither the database nor its log.

    SQLite itself would make files beside a database that nobody has open, or move a log that a process
    left when it was killed. So the first is read as one that cannot change, the second as a copy.

    Raises:
        sqlite3.Error, OSError: it cannot be read.
    """
    with TemporaryDirectory(prefix="hookproof-") as folder:
        file, options = store.path, "mode=ro"
        if not store.in_use and (store.log_size or _size(store.journal)):
            file = Path(folder) / store.path.name
            for one in (store.path, store.log, store.journal):
                if one.exists():
                    shutil.copyfile(one, file.with_name(one.name))
        elif not store.in_use and store.header().is_wal:
            options += "&immutable=1"
        uri = f"file:{quote(str(file.absolute()))}?{options}"
        with closing(sqlite3.connect(uri, uri=True, timeout=3.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.text_factory = lambda data: data.decode("utf-8", "replace")  # of a broken file
            yield connection


def tables(connection: sqlite3.Connection) -> set[str]:
    """The names of its tables."""
    return {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None
