"""The table of replays: the one file of this room that speaks SQL."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, insert, select
from sqlalchemy import update as change

from hookproof_runtime.database import Engine, reading

from .record import Before, Replay, Result

_REPLAYS = Table(
    "hookproof_replays",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("of", Text),
    Column("message_id", Text),
    Column("how", Text),
    Column("target", Text),
    Column("changes", Text),
    Column("attempt", Integer),
    Column("before_state", Text),
    Column("before_status", Integer),
    Column("before_error", Text),
    Column("after_state", Text),
    Column("after_status", Integer),
    Column("after_error", Text),
    Column("result", Text),
    Column("owner", Text),
    Column("started_ms", BigInteger),
    Column("ended_ms", BigInteger),
)
_SHOWN = 100
_NEWEST = select(_REPLAYS).order_by(_REPLAYS.c.id.desc()).limit(_SHOWN)


class ReplayStore:
    """Replays on record.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_message(self, message_id: str) -> list[Replay]:
        """The newest replays of a message, newest first."""
        return self._read(_NEWEST.where(_REPLAYS.c.message_id == message_id))

    def of(self, one: str) -> list[Replay]:
        """The newest replays that were asked for by this id, newest first."""
        return self._read(_NEWEST.where(_REPLAYS.c.of == one))

    def find(self, replay_id: str) -> Replay | None:
        """One replay; None where there is none of that id."""
        found = self._read(_NEWEST.where(_REPLAYS.c.id == replay_id))
        return found[0] if found else None

    def _read(self, statement: Any) -> list[Replay]:
        with reading(self._engine) as connection:
            return [_replay(row) for row in connection.execute(statement)]


def running(connection: Connection, message_id: str) -> Replay | None:
    """The replay of a message that has not ended; None where there is none."""
    statement = _NEWEST.where(_REPLAYS.c.message_id == message_id, _REPLAYS.c.ended_ms.is_(None))
    row = connection.execute(statement).first()
    return None if row is None else _replay(row)


def ran_as(connection: Connection, delivery_id: str, own: str | None) -> str | None:
    """The message that a request was run as by hand, other than its own; None where there is none."""
    statement = (
        select(_REPLAYS.c.message_id)
        .where(_REPLAYS.c.of == delivery_id, _REPLAYS.c.message_id.is_not(None))
        .order_by(_REPLAYS.c.id)
    )
    found = (one for one in connection.execute(statement).scalars() if one != own)
    return next(found, None)


def begin(connection: Connection, replay: Replay) -> None:
    """Write down one that begins."""
    connection.execute(
        insert(_REPLAYS),
        {
            "id": replay.id,
            "of": replay.of,
            "message_id": replay.message_id,
            "how": replay.how,
            "target": replay.target,
            "changes": json.dumps(replay.changes),
            "attempt": replay.attempt,
            "before_state": replay.before.state,
            "before_status": replay.before.status,
            "before_error": replay.before.error,
            "owner": replay.owner,
            "started_ms": replay.started_ms,
        },
    )


def end(
    connection: Connection,
    replay_id: str,
    *,
    state: str | None,
    status: int | None,
    error: str | None,
    result: Result | None,
    now_ms: int,
) -> None:
    """Write down how one ended; no result where its process was found gone."""
    connection.execute(
        change(_REPLAYS)
        .where(_REPLAYS.c.id == replay_id)
        .values(
            after_state=state,
            after_status=status,
            after_error=error,
            result=result,
            ended_ms=now_ms,
        )
    )


def _replay(row: Any) -> Replay:
    fields = dict(row._mapping)
    before = Before(*(fields.pop(f"before_{name}") for name in ("state", "status", "error")))
    return Replay(**fields | {"before": before, "changes": tuple(json.loads(row.changes))})
