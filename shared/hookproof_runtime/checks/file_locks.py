"""Who holds a lock of SQLite's on a database's files, asked without taking any."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from pathlib import Path

# struct flock: where Linux and macOS (as the BSDs) have its fields.
_FORM, _TYPE, _PID = ("hhqqi4x", 0, 4) if sys.platform == "linux" else ("qqihh", 3, 2)

# Bytes of the file -shm (SQLite's wal.c), and of the database itself where that is not in WAL mode.
_WRITER = 120
_IN_USE = 128
_RESERVED = 0x40000001


def is_in_use(shm: Path) -> bool:
    """Whether a process has the database open, by its file `-shm`."""
    return _holder(shm, _IN_USE) is not None


def writer(file: Path, shm: Path) -> int | None:
    """The process that is in a transaction that writes; None where there is none.

    0 and below is a process that cannot be told: in another container, or on another machine.
    """
    holder = _holder(shm, _WRITER)
    return _holder(file, _RESERVED) if holder is None else holder


def _holder(file: Path, byte: int) -> int | None:
    asked = {0: fcntl.F_WRLCK, 1: 0, 2: byte, 3: 1, 4: 0}
    if sys.platform != "linux":
        asked = {0: byte, 1: 1, 2: 0, 3: fcntl.F_WRLCK, 4: 0}
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_GETLK, struct.pack(_FORM, *asked.values()))
    finally:
        os.close(descriptor)
    fields = struct.unpack(_FORM, answer)
    return None if fields[_TYPE] == fcntl.F_UNLCK else int(fields[_PID])
