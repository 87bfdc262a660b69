"""What can be said of a database's files without reading what is in them."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote
from types import MappingProxyType

from .finding import Finding, fine, wrong
from .store import StoreFile
from .table import Check

_FROM_A_COPY = "put back a copy of it, together with its -wal if it had one"


def present(store: StoreFile) -> Iterator[Finding]:
    """It is there, whole, and a database."""
    size, where = store.size, str(store.path)
    if store.log_size and (size is None or size <= 1):  # to SQLite, one byte is none
        yield wrong(
            f"{store.log} is there, and this is {'missing' if size is None else 'empty'}: the two are "
            "one database",
            where,
            f"put it back beside its log; to do without what was written last: {_move_away(store.log)}",
        )
    elif size is None:
        yield wrong(
            "there is no such file", where, "name the one that is meant: --database sqlite:///…"
        )
    elif size <= 1:
        yield wrong(
            "it is empty: nothing was ever kept in it, or all of it was lost", where, _FROM_A_COPY
        )
    else:
        yield _whole(store, size)


def private(store: StoreFile) -> Iterator[Finding]:
    """It is its owner's alone: bodies and headers are in it."""
    there = [one for one in (store.path, store.log, store.shm) if one.exists()]
    wide = [one for one in there if stat.S_IMODE(one.stat().st_mode) & 0o077]
    for one in wide:
        mode = stat.S_IMODE(one.stat().st_mode)
        yield wrong(
            f"others than its owner may use it ({mode:04o})", str(one), f"chmod 600 {_quoted(one)}"
        )
    if there and not wide:
        yield fine("its owner's alone", str(store.path))


def journal(store: StoreFile) -> Iterator[Finding]:
    """It is in WAL mode, in which a commit is a promise and readers wait for nobody."""
    if not store.size or not (header := store.header()).is_database:
        return
    if header.is_wal:
        yield fine(f"WAL, {store.log_size} bytes of log", str(store.path))
    else:
        yield wrong(
            "it is not in WAL mode: somebody changed that",
            str(store.path),
            "start its program once, which puts it right",
        )


FILE_CHECKS: Mapping[str, Check[StoreFile]] = MappingProxyType(
    {"file": present, "permissions": private, "journal": journal}
)
"""By name."""


def _whole(store: StoreFile, size: int) -> Finding:
    header, where = store.header(), str(store.path)
    if not header.is_database:
        return wrong("it is no SQLite database", where, _FROM_A_COPY)
    if header.size is not None and size < header.size and not (store.log_size or store.in_use):
        return wrong(f"it is cut short: {size} of {header.size} bytes are there", where, _FROM_A_COPY)
    return fine(f"{size} bytes", where)


def _move_away(file: Path) -> str:
    return f"mv {_quoted(file)} {_quoted(file.with_name(file.name + '.lost'))}"


def _quoted(file: Path) -> str:
    return quote(str(file))
