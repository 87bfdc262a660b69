"""The tables of job groups: the one file of this room that speaks SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    select,
    update,
)

from hookproof_runtime.database import reading, writing

from .job_group import Job, JobGroup
from .job_shapes import Status
from .run_job import RunJob

_LONG_WAIT = (
    60.0  # seconds: a job that ended is written down, however long a handler holds the database
)

_METADATA = MetaData()

_GROUPS = Table(
    "hookproof_job_groups",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("recipe_id", BigInteger, nullable=False),
    Column("ran_from", Text, nullable=False),
    Column("execution_id", Text, unique=True),
    Column("status", Text, nullable=False),
    Column("error", Text),
    Column("created_ns", BigInteger, nullable=False),
    Column("updated_ns", BigInteger, nullable=False),
)

_JOBS = Table(
    "hookproof_jobs",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("job_group_id", ForeignKey("hookproof_job_groups.id"), nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
)


class JobStore:
    """Job groups and their jobs, on record before they run.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, request: RunJob, session_id: str, types: Sequence[str], now_ns: int
    ) -> JobGroup | None:
        """Write a new group down, as Created; None where its execution id was seen before."""
        with writing(self._engine) as connection:
            if request.execution_id is not None and connection.scalar(
                select(_GROUPS.c.id).where(_GROUPS.c.execution_id == request.execution_id)
            ):
                return None
            group_id = connection.scalar(
                insert(_GROUPS).returning(_GROUPS.c.id),
                {
                    "session_id": session_id,
                    "recipe_id": request.recipe_id,
                    "ran_from": request.ran_from,
                    "execution_id": request.execution_id,
                    "status": "Created",
                    "created_ns": now_ns,
                    "updated_ns": now_ns,
                },
            )
            connection.execute(
                insert(_JOBS),
                [{"job_group_id": group_id, "type": kind, "status": "Created"} for kind in types],
            )
            return _get(connection, group_id)

    def get(self, group_id: int) -> JobGroup | None:
        """One group; None where there is none of that id."""
        with reading(self._engine) as connection:
            return _get(connection, group_id)

    def unfinished(self) -> list[JobGroup]:
        """Those Created or InProgress, oldest first."""
        with reading(self._engine) as connection:
            ids = connection.scalars(
                select(_GROUPS.c.id)
                .where(_GROUPS.c.status.in_(["Created", "InProgress"]))
                .order_by(_GROUPS.c.id)
            )
            return [group for group_id in ids if (group := _get(connection, group_id))]

    def claim(self, group_id: int, now_ns: int) -> bool:
        """From Created to InProgress. False where it was not Created any more: somebody else has it."""
        with writing(self._engine, _LONG_WAIT) as connection:
            claimed = connection.execute(
                update(_GROUPS)
                .where(_GROUPS.c.id == group_id, _GROUPS.c.status == "Created")
                .values(status="InProgress", updated_ns=now_ns)
            )
            return claimed.rowcount == 1

    def mark_job(self, job_id: int, status: Status) -> None:
        """Write down how far a job is."""
        with writing(self._engine, _LONG_WAIT) as connection:
            connection.execute(update(_JOBS).where(_JOBS.c.id == job_id).values(status=status))

    def complete(self, group_id: int, now_ns: int) -> None:
        """All of its jobs are done."""
        with writing(self._engine, _LONG_WAIT) as connection:
            _finish(connection, group_id, "Complete", None, now_ns)

    def fail(self, group_id: int, error: str, now_ns: int) -> None:
        """What was running failed, and what was to follow is canceled."""
        with writing(self._engine, _LONG_WAIT) as connection:
            for before, after in (("InProgress", "Failed"), ("Created", "Canceled")):
                connection.execute(
                    update(_JOBS)
                    .where(_JOBS.c.job_group_id == group_id, _JOBS.c.status == before)
                    .values(status=after)
                )
            _finish(connection, group_id, "Failed", error, now_ns)


def _finish(
    connection: Connection, group_id: int, status: Status, error: str | None, now_ns: int
) -> None:
    connection.execute(
        update(_GROUPS)
        .where(_GROUPS.c.id == group_id)
        .values(status=status, error=error, updated_ns=now_ns)
    )


def _get(connection: Connection, group_id: int) -> JobGroup | None:
    row = connection.execute(select(_GROUPS).where(_GROUPS.c.id == group_id)).one_or_none()
    if row is None:
        return None
    jobs = connection.execute(
        select(_JOBS.c.id, _JOBS.c.type, _JOBS.c.status)
        .where(_JOBS.c.job_group_id == group_id)
        .order_by(_JOBS.c.id)
    )
    return JobGroup(
        id=row.id,
        session_id=row.session_id,
        recipe_id=row.recipe_id,
        ran_from=row.ran_from,
        status=row.status,
        error=row.error,
        created_ns=row.created_ns,
        updated_ns=row.updated_ns,
        jobs=tuple(Job(*job) for job in jobs),
    )
