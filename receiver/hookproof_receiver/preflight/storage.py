"""The database, and the clock beside what is in it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shlex import quote

from hookproof import BadConfiguration
from hookproof.clock import NANOSECONDS, to_text
from hookproof_runtime.checks.file_locks import writer
from hookproof_runtime.checks.finding import Finding, fine, note, wrong
from hookproof_runtime.checks.store import Contents, StoreFile, opened, tables
from hookproof_runtime.checks.store_content import integrity, version
from hookproof_runtime.checks.store_file import present, private
from hookproof_runtime.checks.table import go_through
from hookproof_runtime.database import WAIT, versions

from ..health.store import newest_ms
from ..inbox import retention_of
from ..migrations import PACKAGE, VERSION_TABLE
from .machine import nearest
from .subject import Subject

READS_FOR = 10.0
"""Seconds that the database is read for faults; `hookproof doctor` takes longer."""

_LOOKS_EVERY = 0.05
_AHEAD_S = 300  # beyond which signatures are refused as too new
_LONG_S = 365 * 86_400


def database(subject: Subject) -> Iterator[Finding]:
    """It can be read and written, is whole, and is not of a newer program."""
    try:
        store = StoreFile(subject.named_file())
    except BadConfiguration as problem:
        yield wrong(str(problem), "database", "--database sqlite:///.hookproof/inbox.db")
        return
    if not store.log_size and (store.size or 0) <= 1:
        yield _to_be_made(store.path)
        return
    shown = list(present(store))
    yield from shown
    if shown[0].level == "wrong":
        return
    yield from private(store)
    if not (os.access(store.path, os.W_OK) and os.access(store.path.absolute().parent, os.W_OK)):
        yield wrong("it, or its folder, may only be read", str(store.path), _owned(store.path))
        return
    yield from _free(store)
    yield from _contents(store, subject.now_ns // 1_000_000)


def retention(subject: Subject) -> Iterator[Finding]:
    """What is kept can be kept for as long as the settings say."""
    try:
        retention_of(subject.receiver.settings)
    except BadConfiguration as problem:
        yield wrong(str(problem), "retention", "leave bodies_kept and messages_kept out: 7 d and 30 d")


def clock(subject: Subject) -> Iterator[Finding]:
    """It goes on from where the newest message came."""
    if subject.file is None:
        return
    store = StoreFile(subject.file)
    if not store.size or not store.header().is_database:
        return
    with opened(store) as connection:
        newest = newest_ms(connection) if VERSION_TABLE in tables(connection) else None
    if newest is None:
        return
    ahead_s = newest / 1000 - subject.now_ns / NANOSECONDS
    came = f"the newest message is of {to_text(newest * 1_000_000)}"
    if ahead_s > _AHEAD_S:
        yield wrong(
            f"{came}, which is {ahead_s:.0f} s ahead: what is signed now would be refused",
            "the clock",
            "set the clock: timedatectl set-ntp true",
        )
    elif -ahead_s > _LONG_S:
        yield note(f"{came}, more than a year ago: is the clock right?", "the clock", "date -u")
    else:
        yield fine(came)


def _to_be_made(path: Path) -> Finding:
    folder = nearest(path.absolute().parent)
    if not folder.is_dir():
        return wrong(
            "this is no folder, and the database is to be below it", str(folder), "name another"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong(
            "the database is to be made below this folder, which may only be read",
            str(folder),
            _owned(folder),
        )
    return fine("it is made at the start", str(path))


def _free(store: StoreFile) -> Iterator[Finding]:
    """Nobody writes to it for as long as a message would wait."""
    until = time.monotonic() + WAIT
    holder = writer(store.path, store.shm)
    while (pid := writer(store.path, store.shm)) is not None and pid == holder:
        if time.monotonic() > until:
            who = f"process {pid}" if pid > 0 else "a process elsewhere"
            cure = f"stop it (kill {pid})" if pid > 0 else "stop it"
            yield wrong(f"{who} holds it, for longer than {WAIT:g} s", str(store.path), cure)
            return
        time.sleep(_LOOKS_EVERY)


def _contents(store: StoreFile, now_ms: int) -> Iterator[Finding]:
    try:
        with opened(store) as connection:
            contents = Contents(connection, store.path, now_ms)
            sound = list(integrity(contents, READS_FOR))
            yield from sound
            if all(one.level != "wrong" for one in sound) and VERSION_TABLE in tables(connection):
                check = partial(version, version_table=VERSION_TABLE, known=versions(PACKAGE))
                yield from (one.finding for one in go_through({"": check}, contents))
    except sqlite3.Error as error:
        yield wrong(f"it cannot be read: {error}", str(store.path), "hookproof doctor")


def _owned(path: Path) -> str:
    return f"chown {os.geteuid()} {quote(str(path))}; chmod u+rwX {quote(str(path))}"
