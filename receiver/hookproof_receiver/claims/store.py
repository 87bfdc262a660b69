"""The table of claims: the only place of the room that speaks SQL.

A message is the rows of one `message_id`. A row's `value` is what leads to the message:

=============  ===================================================================================
`key:…`        its signed key
`signature:…`  signed bytes that were seen of it
`guid:…`       a GUID that is bound to it
`open:…`       its own id, for as long as no GUID is bound to it: what rule 3 looks for
`held:…`       of no message: the signed key, or else the digest of the body, that a transaction holds
               until it ends, so that two that claim one message see each other
=============  ===================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable

from .connections import Database, Rows

CLAIMS_TABLE = (
    """\
CREATE TABLE IF NOT EXISTS hookproof_claims (
    endpoint   TEXT   NOT NULL,
    value      TEXT   NOT NULL,
    message_id TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    claimed_ms BIGINT NOT NULL,
    PRIMARY KEY (endpoint, value)
)""",
    """\
CREATE INDEX IF NOT EXISTS hookproof_claims_digest ON hookproof_claims (endpoint, digest)""",
)
"""The statements that make the table, for SQLite and PostgreSQL: `digest` is the SHA-256 of the body
that was claimed, `claimed_ms` Unix time in milliseconds."""

_MAKING = 0x686F6F6B  # any number of our own: PostgreSQL's lock for those who make the table at once


def create(database: Database) -> None:
    """Make the table, unless it is there."""
    if database.is_postgresql:
        # Two processes that start at once would collide within IF NOT EXISTS.
        lock = f"PERFORM pg_advisory_xact_lock({_MAKING})"
        database.execute(f"DO $$ BEGIN {'; '.join((lock, *CLAIMS_TABLE))}; END $$", ())
    else:
        for statement in CLAIMS_TABLE:
            database.execute(statement, ())


def hold(database: Database, endpoint: str, what: str, now_ms: int) -> None:
    """Wait until no other transaction holds this, and keep others waiting until this one ends.

    In SQLite this is the transaction's first write, and so takes the database's one lock.
    """
    _run(
        database,
        "INSERT INTO hookproof_claims (endpoint, value, message_id, digest, claimed_ms)"
        " VALUES (?, ?, '', '', ?)"
        " ON CONFLICT (endpoint, value) DO UPDATE SET claimed_ms = excluded.claimed_ms",
        (endpoint, "held:" + what, now_ms),
    )


def find(
    database: Database, endpoint: str, values: tuple[str | None, str | None, str | None]
) -> dict[str, tuple[str, str]]:
    """Where these values lead: to a message's id, and the digest of the body it was claimed with."""
    rows = _run(
        database,
        "SELECT value, message_id, digest FROM hookproof_claims"
        " WHERE endpoint = ? AND value IN (?, ?, ?)",
        (endpoint, *values),
    )
    return {value: (message_id, digest) for value, message_id, digest in rows}


def newest_open(database: Database, endpoint: str, digest: str, since_ms: int) -> str | None:
    """The id of the newest message with this body that has no GUID; None where there is none."""
    rows = _run(
        database,
        "SELECT message_id FROM hookproof_claims"
        " WHERE endpoint = ? AND digest = ? AND claimed_ms >= ? AND value = 'open:' || message_id"
        " ORDER BY claimed_ms DESC, message_id DESC LIMIT 1",
        (endpoint, digest, since_ms),
    )
    return str(rows[0][0]) if rows else None


def bind(
    database: Database, endpoint: str, values: Iterable[str], message_id: str, digest: str, now_ms: int
) -> bool:
    """Let all of these values lead to a message; False where another one has got one of them by now.

    Waits for a transaction that is binding one of them.
    """
    bound: list[str] = []
    for value in sorted(values):  # one order for everybody, or two would wait for each other
        if not _run(
            database,
            "INSERT INTO hookproof_claims (endpoint, value, message_id, digest, claimed_ms)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (endpoint, value) DO NOTHING RETURNING value",
            (endpoint, value, message_id, digest, now_ms),
        ):
            remove(database, endpoint, bound)
            return False
        bound.append(value)
    return True


def remove(database: Database, endpoint: str, values: Iterable[str]) -> None:
    """Let these values lead nowhere."""
    for value in values:
        _run(
            database,
            "DELETE FROM hookproof_claims WHERE endpoint = ? AND value = ?",
            (endpoint, value),
        )


def prune(database: Database, before_ms: int) -> None:
    """Forget what was bound before a time."""
    _run(database, "DELETE FROM hookproof_claims WHERE claimed_ms < ?", (before_ms,))


def _run(database: Database, sql: str, parameters: Iterable[object]) -> Rows:
    rows = database.execute(sql.replace("?", database.placeholder), tuple(parameters))
    # Text comes as bytes from PostgreSQL in SQL_ASCII, and from sqlite3 if told so.
    return [tuple(_text(part) for part in row) for row in rows]


def _text(part: str | bytes) -> str:
    return part if isinstance(part, str) else part.decode()
