"""Runs of plans, and where each of their nodes stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hookproof_plan_runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("private", sa.Text),
        sa.Column("recorded_ms", sa.BigInteger, nullable=False),
        sa.Column("started_ms", sa.BigInteger),
        sa.Column("ended_ms", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('recorded', 'running', 'interrupted', 'complete', 'failed', 'unknown')",
            name="state",
        ),
    )
    op.create_index(
        "hookproof_plan_runs_unfinished",
        "hookproof_plan_runs",
        ["id"],
        sqlite_where=sa.text("ended_ms IS NULL"),
        postgresql_where=sa.text("ended_ms IS NULL"),
    )
    op.create_table(
        "hookproof_plan_nodes",
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("handle", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("jobs", sa.Text),
        sa.Column("sentence", sa.Text),
        sa.Column("warnings", sa.Text),
        sa.Column("attempts", sa.Integer),
        sa.Column("status", sa.Integer),
        sa.Column("metadata", sa.Text),
        sa.Column("started_ms", sa.BigInteger),
        sa.Column("ended_ms", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'succeeded', 'failed', 'skipped', 'cancelled', 'unknown')",
            name="state",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("hookproof_plan_nodes_message", "hookproof_plan_nodes", ["message_id"])
