"""What can be said of what is in a database, whosever it is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from .finding import Finding, fine, note, wrong
from .store import Contents

_MOST = 5  # findings of one kind: more say no more
_EVERY = 10_000  # steps of SQLite's machine between two looks at the clock


def integrity(contents: Contents, within: float) -> Iterator[Finding]:
    """Every page, row and index is what it should be.

    Args:
        contents: what to look at.
        within: seconds; what was not read by then is not judged.
    """
    connection, path, _ = contents
    until = time.monotonic() + within
    connection.set_progress_handler(lambda: time.monotonic() > until, _EVERY)
    try:
        lines = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({_MOST})")]
        problems = [line for line in lines if line != "ok"]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname == "SQLITE_INTERRUPT":
            yield note(f"it was not read to its end within {within:g} s, and is whole as far as that")
            return
        problems = [str(error)]
    finally:
        connection.set_progress_handler(None, 0)
    for line in problems:
        yield wrong(f"it is broken: {line}", str(path), _recover(path))
    if not problems:
        yield fine("every page and index is sound", str(path))


def pointers(contents: Contents) -> Iterator[Finding]:
    """What a row points to is there."""
    rows = contents.connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    for table, row, parent, _ in rows:
        yield wrong(
            f"a row of {table} ({'without a number' if row is None else row}) points to a row of "
            f"{parent} that is not there",
            str(contents.path),
            _recover(contents.path),
        )
    if not rows:
        yield fine("every row that is pointed to is there", str(contents.path))


def version(contents: Contents, version_table: str, known: list[str]) -> Iterator[Finding]:
    """Its tables are those of this program.

    Args:
        contents: what to look at.
        version_table: where the version is written down.
        known: the versions that this program knows, the oldest first.
    """
    statement = f"SELECT version_num FROM {version_table}"  # noqa: S608  (a name of ours)
    rows = [str(row) for (row,) in contents.connection.execute(statement)]
    if rows == known[-1:]:
        yield fine(f"version {known[-1]}", version_table)
    elif len(rows) == 1 and rows[0] in known:
        yield note(
            f"version {rows[0]}; this program's is {known[-1]}",
            version_table,
            "its next start mends that",
        )
    elif rows:
        yield wrong(
            f"version {', '.join(rows)}: it was written by a newer hookproof than this one, whose "
            f"version is {known[-1]}",
            version_table,
            "pip install --upgrade hookproof",
        )
    else:
        yield wrong("the table is empty", version_table, f"put back a copy of {contents.path}")


def _recover(path: Path) -> str:
    old, new = quote(str(path)), quote(f"{path}.new")
    return (
        f"stop its program, and save what can be read: sqlite3 {old} .recover | sqlite3 {new}; or put "
        "back a copy"
    )
