"""The table of refusals: the one file of this room that speaks SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
)

from hookproof_runtime.database import reading, writing

from .kept import Kept, Record

_REFUSALS = Table(
    "hookproof_refusals",
    MetaData(),
    Column("number", Integer, primary_key=True),  # in the order of writing: the clock may be set back
    Column("id", Text),
    Column("endpoint", Text),
    Column("method", Text),
    Column("target", Text),
    Column("scheme", Text),
    Column("code", Text),
    Column("sentence", Text),
    Column("cause", Text),
    Column("received_ns", BigInteger),
    Column("body_bytes", BigInteger),
    Column("body_sha256", Text),
    Column("cost", BigInteger),  # bytes that the row counts for
    Column("headers", Text),
    Column("body", LargeBinary),
)
_ROW = 512  # bytes of a row beside what the sender chose
_RECORD = tuple(_REFUSALS.c[name] for name in Record.__dataclass_fields__)
_RANKED = select(
    _REFUSALS.c.number,
    func.row_number().over(order_by=_REFUSALS.c.number.desc()).label("place"),
    func.sum(_REFUSALS.c.cost).over(order_by=_REFUSALS.c.number.desc()).label("total"),
).subquery()
_NEWEST_TOO_MANY = select(func.max(_RANKED.c.number)).where(
    or_(_RANKED.c.place > bindparam("most"), _RANKED.c.total > bindparam("most_bytes"))
)
_INSERT = insert(_REFUSALS)
_PRUNE = delete(_REFUSALS).where(_REFUSALS.c.number <= _NEWEST_TOO_MANY.scalar_subquery())
_LIST = select(*_RECORD).order_by(_REFUSALS.c.number.desc()).limit(bindparam("count"))
_LAST = select(func.coalesce(func.max(_REFUSALS.c.number), 0))
_NEWER = (
    select(_REFUSALS.c.number, *_RECORD)
    .where(_REFUSALS.c.number > bindparam("after"))
    .order_by(_REFUSALS.c.number)
    .limit(bindparam("count"))
)
_FIND = select(*_RECORD, _REFUSALS.c.headers, _REFUSALS.c.body).where(
    _REFUSALS.c.id == bindparam("refusal_id")
)


class RefusalStore:
    """The newest refusals.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, rows: Iterable[Kept], *, most: int, most_bytes: int, wait: float) -> None:
        """Keep some more, in their order, and remove the oldest beyond the bounds.

        Args:
            rows: one at least.
            most: how many there may be.
            most_bytes: how many bytes they may be together.
            wait: seconds for the writer's turn.

        Raises:
            Busy: it did not come in time.
        """
        with writing(self._engine, wait=wait) as connection:
            connection.execute(_INSERT, [_row(one) for one in rows])
            connection.execute(_PRUNE, {"most": most, "most_bytes": most_bytes})

    def records(self, limit: int) -> list[Record]:
        """The newest, newest first."""
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(_LIST, {"count": limit})]

    def page(
        self, limit: int, *, before: str | None = None, endpoint: str | None = None
    ) -> list[Record]:
        """Those that came last, the last one first, by their ids.

        Args:
            limit: how many at the most.
            before: with a lower id than this one; None begins.
            endpoint: of the endpoint with this path; None does not narrow.
        """
        statement = select(*_RECORD).order_by(_REFUSALS.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(_REFUSALS.c.id < before)
        if endpoint is not None:
            statement = statement.where(_REFUSALS.c.endpoint == endpoint)
        with reading(self._engine) as connection:
            return [_record(row) for row in connection.execute(statement)]

    def last_number(self) -> int:
        """The number of the one that was written down last; 0 where there is none."""
        with reading(self._engine) as connection:
            return int(connection.execute(_LAST).scalar_one())

    def newer(self, after: int, limit: int) -> list[tuple[int, Record]]:
        """Those that were written down behind a number, in that order, each with its own."""
        with reading(self._engine) as connection:
            rows = connection.execute(_NEWER, {"after": after, "count": limit})
            return [(row.number, _record(row)) for row in rows]

    def find(self, refusal_id: str) -> Kept | None:
        """One, whole; None where there is none of that id."""
        with reading(self._engine) as connection:
            row = connection.execute(_FIND, {"refusal_id": refusal_id}).one_or_none()
        if row is None:
            return None
        fields = dict(row._mapping)
        headers, body = json.loads(fields.pop("headers")), fields.pop("body")
        return Kept(Record(**fields), tuple((name, value) for name, value in headers), body)


def _record(row: Any) -> Record:
    return Record(**{name: row._mapping[name] for name in Record.__dataclass_fields__})


def _row(one: Kept) -> dict[str, Any]:
    record = one.record
    fields = {name: getattr(record, name) for name in Record.__dataclass_fields__}
    headers = json.dumps(one.headers)
    cost = _ROW + len(headers) + len(one.body or b"") + len(record.target)
    return {**fields, "headers": headers, "body": one.body, "cost": cost}
