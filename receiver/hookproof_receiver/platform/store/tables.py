"""The tables of job groups, and a group read out of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    select,
)

from ..job_group import Job, JobGroup

METADATA = MetaData()

GROUPS = Table(
    "hookproof_job_groups",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("recipe_id", BigInteger, nullable=False),
    Column("ran_from", Text, nullable=False),
    Column("execution_id", Text, unique=True),
    Column("status", Text, nullable=False),
    Column("error", Text),
    Column("created_ns", BigInteger, nullable=False),
    Column("updated_ns", BigInteger, nullable=False),
    Column("user", Text, nullable=False),
    Column("flow_run_id", Integer),
    Column("parameters", Text, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("started_ns", BigInteger),
    Column("ended_ns", BigInteger),
    Column("outputs", Text, nullable=False),
)

JOBS = Table(
    "hookproof_jobs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("job_group_id", ForeignKey("hookproof_job_groups.id"), nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("row_count", BigInteger),
    Column("heartbeat_ns", BigInteger),
    Column("updated_ns", BigInteger, nullable=False),
)

FLOW_RUNS = Table(
    "hookproof_flow_runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("flow_id", BigInteger, nullable=False),
    Column("execution_id", Text, unique=True),
    Column("created_ns", BigInteger, nullable=False),
)


def groups_where(connection: Connection, ids: Select[Any]) -> list[JobGroup]:
    """Those whose ids a query gives, in its order."""
    order = list(connection.scalars(ids))
    rows = connection.execute(
        select(GROUPS, FLOW_RUNS.c.execution_id.label("flow_execution_id"))
        .join(FLOW_RUNS, FLOW_RUNS.c.id == GROUPS.c.flow_run_id, isouter=True)
        .where(GROUPS.c.id.in_(order))
    )
    jobs: dict[int, list[Job]] = {group_id: [] for group_id in order}
    for row in connection.execute(
        select(JOBS).where(JOBS.c.job_group_id.in_(order)).order_by(JOBS.c.id)
    ):
        jobs[row.job_group_id].append(
            Job(
                row.id,
                row.type,
                row.status,
                row.percent,
                row.row_count,
                row.heartbeat_ns,
                row.updated_ns,
            )
        )
    found = {row.id: _group(row, jobs[row.id]) for row in rows}
    return [found[group_id] for group_id in order if group_id in found]


def group_of(connection: Connection, group_id: int) -> JobGroup | None:
    """One group; None where there is none of that id."""
    found = groups_where(connection, select(GROUPS.c.id).where(GROUPS.c.id == group_id))
    return found[0] if found else None


def _group(row: Row[Any], jobs: Iterable[Job]) -> JobGroup:
    return JobGroup(
        id=row.id,
        session_id=row.session_id,
        recipe_id=row.recipe_id,
        ran_from=row.ran_from,
        execution_id=row.execution_id or row.flow_execution_id,
        flow_run_id=row.flow_run_id,
        user=row.user,
        parameters=json.loads(row.parameters),
        status=row.status,
        error=row.error,
        runs=row.runs,
        outputs=json.loads(row.outputs),
        created_ns=row.created_ns,
        updated_ns=row.updated_ns,
        started_ns=row.started_ns,
        ended_ns=row.ended_ns,
        jobs=tuple(jobs),
    )
