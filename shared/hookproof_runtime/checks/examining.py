"""All that can be said of one store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ..database import versions
from .finding import wrong
from .store import Contents, StoreFile, opened, tables
from .store_content import integrity, pointers, version
from .store_file import FILE_CHECKS
from .table import Check, Checked, go_through

READS_FOR = 300.0
"""Seconds that a database is read for faults at the most."""


class Program(NamedTuple):
    """What keeps a store. It is known by name alone."""

    holds: str
    """What people call the store."""
    migrations: str
    """The package of its migrations."""
    checks: str
    """The module whose `CHECKS` look at it."""


PROGRAMS: Mapping[str, Program] = {
    "hookproof_receiver_version": Program(
        "inbox", "hookproof_receiver.migrations", "hookproof_receiver.health.examining"
    ),
    "hookproof_sender_version": Program(
        "outbox", "hookproof_sender.migrations", "hookproof_sender.health.examining"
    ),
}
"""By the table in which each writes down its version: a database may be of both."""


def examine(path: Path, now_ms: int) -> list[Checked]:
    """Look at a store, and change nothing of it.

    Args:
        path: the database's file.
        now_ms: the time, in Unix milliseconds.
    """
    store = StoreFile(path)
    found = list(go_through(FILE_CHECKS, store))
    if any(one.check == "file" and one.finding.level == "wrong" for one in found):
        return found
    try:
        with opened(store) as connection:
            found += _read(Contents(connection, path, now_ms))
    except (OSError, sqlite3.Error) as error:
        found.append(
            Checked("contents", wrong(f"it cannot be read: {error}", str(path), "see to that"))
        )
    return found


def _read(contents: Contents) -> Iterator[Checked]:
    sound = list(go_through({"integrity": partial(integrity, within=READS_FOR)}, contents))
    yield from sound
    if any(one.finding.level == "wrong" for one in sound):
        return  # nothing else that it says can be believed
    yield from go_through({"pointers": pointers}, contents)
    programs = {table: PROGRAMS[table] for table in sorted(tables(contents.connection) & set(PROGRAMS))}
    if not programs:
        cure = "name the one that is meant: --database sqlite:///…"
        yield Checked("schema", wrong("it is neither an inbox nor an outbox", str(contents.path), cure))
    for table, program in programs.items():
        known = versions(program.migrations)
        check = partial(version, version_table=table, known=known)
        judged = list(go_through({"schema": check}, contents))
        yield from judged
        if all(one.finding.level == "fine" for one in judged):
            checks: Mapping[str, Check[Contents]] = import_module(program.checks).CHECKS
            yield from go_through(
                {f"{program.holds} {name}": c for name, c in checks.items()}, contents
            )
