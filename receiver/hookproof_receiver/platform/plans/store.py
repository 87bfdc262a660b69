"""The table of runs that the API began: the one file of this room that speaks SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from hookproof_runtime.database import reading, writing

_RUNS = Table(
    "hookproof_plan_snapshot_runs",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("plan_id", BigInteger, nullable=False),
    Column("run_id", Text, nullable=False, unique=True),
    Column("over", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class NumberedRun:
    """A run, and the number that the API calls it by."""

    id: int
    """Given once."""
    plan_id: int
    """Whose run it is."""
    run_id: str
    """What the task runner calls it."""


class PlanRunStore:
    """Which runs the API began.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, plan_id: int, run_id: str) -> int:
        """Give a run its number, before it is begun."""
        with writing(self._engine) as connection:
            number = connection.scalar(
                insert(_RUNS).returning(_RUNS.c.id),
                {"plan_id": plan_id, "run_id": run_id, "over": False},
            )
            assert isinstance(number, int)
            return number

    def remove(self, number: int) -> None:
        """Take a number back: its run did not come about."""
        with writing(self._engine) as connection:
            connection.execute(delete(_RUNS).where(_RUNS.c.id == number))

    def get(self, number: int) -> NumberedRun | None:
        """A run by its number; None where there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_RUNS.c.id, _RUNS.c.plan_id, _RUNS.c.run_id).where(_RUNS.c.id == number)
            ).one_or_none()
        return None if row is None else NumberedRun(*row)

    def newest(self, plan_id: int) -> NumberedRun | None:
        """The last run of a plan; None where there was none."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_RUNS.c.id, _RUNS.c.plan_id, _RUNS.c.run_id)
                .where(_RUNS.c.plan_id == plan_id)
                .order_by(_RUNS.c.id.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else NumberedRun(*row)

    def count(self, plan_id: int) -> int:
        """How many runs a plan had."""
        with reading(self._engine) as connection:
            return (
                connection.scalar(
                    select(func.count()).select_from(_RUNS).where(_RUNS.c.plan_id == plan_id)
                )
                or 0
            )

    def unfinished(self) -> list[NumberedRun]:
        """Runs that are not known to be over, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(_RUNS.c.id, _RUNS.c.plan_id, _RUNS.c.run_id)
                .where(_RUNS.c.over.is_(False))
                .order_by(_RUNS.c.id)
            )
            return [NumberedRun(*row) for row in rows]

    def over(self, number: int) -> None:
        """Nothing more happens in a run."""
        with writing(self._engine) as connection:
            connection.execute(update(_RUNS).where(_RUNS.c.id == number).values(over=True))
