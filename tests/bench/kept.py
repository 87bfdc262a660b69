"""What many kept messages cost: a new one, and the first page of a list."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench.programs import Program, load, running

from hookproof_receiver.inbox import Endpoint, Inbox
from hookproof_runtime.database import open_engine

FEW = 10_000

# A day old, with ids, digests and times as real ones have them; done, as most are.
_MESSAGES = """
WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
INSERT INTO hookproof_messages (id, endpoint, method, target, headers, body, digest, link, signed_ms,
  guid, flags, state, owner, attempts, promised_ms, tries, due_ms, status, created_ms, updated_ms)
SELECT printf('msg_01000000%018d', i), '/hooks/test', 'POST', '/hooks/test', hex(randomblob(120)),
  randomblob(600), lower(hex(randomblob(32))), NULL, 1700000000000 + i, NULL, '[]', 'done', NULL, 1,
  1700000000000 + i, 0, NULL, 200, 1700000000000 + i, 1700000000000 + i FROM n
"""
_IDENTITIES = """
INSERT INTO hookproof_identities (endpoint, value, message_id, created_ms)
SELECT '/hooks/test', 'key:' || digest, id, created_ms FROM hookproof_messages
WHERE rowid BETWEEN ? AND ?
UNION ALL
SELECT '/hooks/test', printf('signature:%014d:', signed_ms) || digest, id, created_ms
FROM hookproof_messages WHERE rowid BETWEEN ? AND ?
"""
_DELIVERIES = """
INSERT INTO hookproof_deliveries (id, endpoint, message_id, verdict, rule, flags, method, target, guid,
  secret_label, signed_ms, received_ms, status)
SELECT 'dlv_' || substr(id, 5), endpoint, id, 'new', 0, '[]', method, target, NULL, '', signed_ms,
  created_ms, 200 FROM hookproof_messages WHERE rowid BETWEEN ? AND ?
"""


def goals(program: Program, *, quick: bool) -> Iterator[tuple[str, bool]]:
    """Fill a store with few and with many messages, and time both side by side."""
    many = 500_000 if quick else 10_000_000
    with tempfile.TemporaryDirectory() as name:
        folders = {number: Path(name) / str(number) for number in (FEW, many)}
        for number, folder in folders.items():
            folder.mkdir()
            fill(folder / "bench.db", number)
        rates: dict[int, list[float]] = {FEW: [], many: []}
        pages: dict[int, list[float]] = {FEW: [], many: []}
        for _ in range(5):
            for number, folder in folders.items():
                with running(program, folder) as (process, port):
                    rates[number].append(1 / load(program, port, process, 16).rate)
                pages[number].append(_first_page(folder / "bench.db"))
    for what, spans in (("a new one", rates), ("the first page of a list", pages)):
        ratio = median(spans[many]) / median(spans[FEW])
        yield f"{many:,} kept: {what} costs {ratio:.2f} x that at {FEW:,} (at most 1.2)", ratio <= 1.2


def fill(database: Path, number: int) -> None:
    """Make an inbox that holds that many messages."""
    engine = open_engine(f"sqlite:///{database}")
    inbox = Inbox(engine, [Endpoint("/hooks/test")])
    inbox.start()
    inbox.close()
    engine.dispose()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        for start in range(0, number, 250_000):
            end = min(number, start + 250_000)
            connection.execute("BEGIN")
            connection.execute(_MESSAGES, (start, end))
            span = (start + 1, end)
            connection.execute(_IDENTITIES, span + span)
            connection.execute(_DELIVERIES, span)
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _first_page(database: Path) -> float:
    """Seconds for the newest 50 messages."""
    engine = open_engine(f"sqlite:///{database}")
    inbox = Inbox(engine, [Endpoint("/hooks/test")], workers=0)
    try:
        inbox.messages(limit=50)
        began = time.perf_counter()
        for _ in range(20):
            inbox.messages(limit=50)
        return (time.perf_counter() - began) / 20
    finally:
        engine.dispose()
