"""Job groups as they run, and end: each exactly once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

from sqlalchemy import Connection, Engine, select, update

from hookproof_runtime.database import reading, writing

from ..job_group import JobGroup
from ..job_shapes import Status
from .tables import GROUPS, JOBS, group_of

_LONG_WAIT = (
    60.0  # seconds: a job that ended is written down, however long a handler holds the database
)
_MOST_TRIES = 100  # groups that a free process looks at before it waits again

Ended = Callable[[Connection, JobGroup], None]
"""Is told of a group that ends, in the transaction."""


class RunningStore:
    """What changes while a group runs.

    Args:
        engine: a prepared engine whose schema is up to date.
        ended: is told of each end, in its transaction.
    """

    def __init__(self, engine: Engine, ended: Ended) -> None:
        self._engine = engine
        self._ended = ended

    def unfinished(self) -> list[int]:
        """The ids of those Created or InProgress, oldest first."""
        with reading(self._engine) as connection:
            return list(
                connection.scalars(
                    select(GROUPS.c.id)
                    .where(GROUPS.c.status.in_(["Created", "InProgress"]))
                    .order_by(GROUPS.c.id)
                    .limit(_MOST_TRIES)
                )
            )

    def status(self, group_id: int) -> Status | None:
        """How a group is; None where there is none."""
        with reading(self._engine) as connection:
            found: Status | None = connection.scalar(
                select(GROUPS.c.status).where(GROUPS.c.id == group_id)
            )
            return found

    def is_wanted(self, group_id: int) -> bool:
        """Is it still InProgress? Somebody may have cancelled it."""
        return self.status(group_id) == "InProgress"

    def was_begun(self, group_id: int) -> bool:
        """Is it InProgress, by this version? An earlier one wrote into the output's folder at once."""
        with reading(self._engine) as connection:
            begun = select(GROUPS.c.id).where(
                GROUPS.c.id == group_id, GROUPS.c.status == "InProgress", GROUPS.c.runs > 0
            )
            return connection.scalar(begun) is not None

    def begin(self, group_id: int, now_ns: int) -> JobGroup | None:
        """To InProgress, one run more, with all of it still to do. None where it has ended.

        The caller holds its lock: who finds it InProgress has it from a process that died.
        """
        with writing(self._engine, _LONG_WAIT) as connection:
            begun = connection.execute(
                update(GROUPS)
                .where(GROUPS.c.id == group_id, GROUPS.c.status.in_(["Created", "InProgress"]))
                .values(
                    status="InProgress",
                    runs=GROUPS.c.runs + 1,
                    started_ns=now_ns,
                    updated_ns=now_ns,
                    outputs="{}",
                )
            )
            if begun.rowcount != 1:
                return None
            jobs = JOBS.c.job_group_id == group_id
            connection.execute(
                update(JOBS)
                .where(jobs)
                .values(status="Created", percent=0, row_count=None, updated_ns=now_ns)
            )
            first = select(JOBS.c.id).where(jobs).order_by(JOBS.c.id).limit(1).scalar_subquery()
            connection.execute(
                update(JOBS).where(JOBS.c.id == first).values(status="InProgress", heartbeat_ns=now_ns)
            )
            return group_of(connection, group_id)

    def give_back(self, group_id: int) -> None:
        """This run does not count: it was stopped with the receiver."""
        with writing(self._engine) as connection:
            connection.execute(
                update(GROUPS)
                .where(GROUPS.c.id == group_id, GROUPS.c.status == "InProgress")
                .values(runs=GROUPS.c.runs - 1)
            )

    def progress(self, job_id: int, percent: int, rows: int, now_ns: int) -> None:
        """How far a job is."""
        with writing(self._engine, _LONG_WAIT) as connection:
            connection.execute(
                update(JOBS)
                .where(JOBS.c.id == job_id, JOBS.c.status == "InProgress")
                .values(percent=percent, row_count=rows, heartbeat_ns=now_ns, updated_ns=now_ns)
            )

    def wrote(self, group_id: int, outputs: dict[str, int]) -> None:
        """How many rows each file of its output holds."""
        with writing(self._engine, _LONG_WAIT) as connection:
            connection.execute(
                update(GROUPS)
                .where(GROUPS.c.id == group_id, GROUPS.c.status == "InProgress")
                .values(outputs=json.dumps(outputs))
            )

    def job_done(self, job_id: int, next_id: int | None, now_ns: int) -> None:
        """A job is done, and the next one begins; None where it was the last."""
        with writing(self._engine, _LONG_WAIT) as connection:
            for one, before, values in (
                (job_id, "InProgress", {"status": "Complete", "percent": 100}),
                (next_id, "Created", {"status": "InProgress"}),
            ):
                connection.execute(
                    update(JOBS)
                    .where(JOBS.c.id == one, JOBS.c.status == before)
                    .values(**values, heartbeat_ns=now_ns, updated_ns=now_ns)
                )

    def end(
        self,
        group_id: int,
        status: Literal["Complete", "Failed", "Canceled"],
        error: str | None,
        now_ns: int,
        then: Callable[[], None] = lambda: None,
    ) -> JobGroup | None:
        """End a group. None where it had ended: then nothing is done, and nobody told.

        Args:
            group_id: of the group. Only one that was begun can be complete.
            status: as what.
            error: why it failed.
            now_ns: the time.
            then: what has to be done for it to hold; what it raises undoes the end.
        """
        before = ["InProgress"] if status == "Complete" else ["Created", "InProgress"]
        with writing(self._engine, _LONG_WAIT) as connection:
            ended = connection.execute(
                update(GROUPS)
                .where(GROUPS.c.id == group_id, GROUPS.c.status.in_(before))
                .values(status=status, error=error, updated_ns=now_ns, ended_ns=now_ns)
            )
            if ended.rowcount != 1:
                return None
            for job, after in _ends_of_jobs(status):
                connection.execute(
                    update(JOBS)
                    .where(JOBS.c.job_group_id == group_id, JOBS.c.status == job)
                    .values(status=after, updated_ns=now_ns)
                )
            group = group_of(connection, group_id)
            assert group is not None
            self._ended(connection, group)
            then()
            return group


def _ends_of_jobs(status: str) -> tuple[tuple[str, str], ...]:
    """What becomes of the jobs that have not ended: of the one that runs, and of those after it."""
    match status:
        case "Complete":
            return (("InProgress", "Complete"), ("Created", "Complete"))
        case "Failed":
            return (("InProgress", "Failed"), ("Created", "Canceled"))
        case _:
            return (("InProgress", "Canceled"), ("Created", "Canceled"))
