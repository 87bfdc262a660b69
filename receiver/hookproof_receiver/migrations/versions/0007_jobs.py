"""How far a job is, who asked for it and with what, and runs of a whole flow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table of flow runs, and add to those of job groups and jobs."""
    op.create_table(
        "hookproof_flow_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("flow_id", sa.BigInteger, nullable=False),
        sa.Column("execution_id", sa.Text, unique=True),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    for column in (
        sa.Column("user", sa.Text, nullable=False, server_default=""),
        sa.Column("flow_run_id", sa.Integer),  # SQLite adds no column that refers to another table
        sa.Column("parameters", sa.Text, nullable=False, server_default="{}"),
        sa.Column("runs", sa.Integer, nullable=False, server_default="0"),
        sa.Column("started_ns", sa.BigInteger),
        sa.Column("ended_ns", sa.BigInteger),
        sa.Column("outputs", sa.Text, nullable=False, server_default="{}"),
    ):
        op.add_column("hookproof_job_groups", column)
    for column in (
        sa.Column("percent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("row_count", sa.BigInteger),
        sa.Column("heartbeat_ns", sa.BigInteger),
        sa.Column("updated_ns", sa.BigInteger, nullable=False, server_default="0"),
    ):
        op.add_column("hookproof_jobs", column)
    # What there is of earlier versions: what was said of the whole holds for the steps.
    op.execute(
        "UPDATE hookproof_job_groups SET ended_ns = updated_ns "
        "WHERE status IN ('Complete', 'Failed', 'Canceled')"
    )
    op.execute("UPDATE hookproof_jobs SET percent = 100 WHERE status = 'Complete'")
    op.execute(
        "UPDATE hookproof_jobs SET updated_ns = (SELECT g.updated_ns FROM hookproof_job_groups g "
        "WHERE g.id = hookproof_jobs.job_group_id)"
    )
    op.create_index("hookproof_job_groups_created", "hookproof_job_groups", ["created_ns"])
    op.create_index("hookproof_job_groups_recipe", "hookproof_job_groups", ["recipe_id", "id"])
    op.create_index("hookproof_job_groups_flow_run", "hookproof_job_groups", ["flow_run_id"])
    op.create_index(
        "hookproof_job_groups_unfinished",
        "hookproof_job_groups",
        ["id"],
        sqlite_where=sa.text("status IN ('Created', 'InProgress')"),
        postgresql_where=sa.text("status IN ('Created', 'InProgress')"),
    )
