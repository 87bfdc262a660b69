"""Webhooks of flows and of single jobs, the calls that ends of jobs make, and runs of plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hookproof_webhooks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("flow_id", sa.BigInteger, nullable=False),
        sa.Column("webhook", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,  # no id twice: clients hold them
    )
    op.create_index("hookproof_webhooks_flow", "hookproof_webhooks", ["flow_id"])
    op.create_table(
        "hookproof_job_webhooks",
        sa.Column(
            "job_group_id", sa.Integer, sa.ForeignKey("hookproof_job_groups.id"), primary_key=True
        ),
        sa.Column("webhooks", sa.Text, nullable=False),
    )
    op.create_table(
        "hookproof_webhook_calls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("webhook_id", sa.BigInteger),
        sa.Column("job_group_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("record", sa.Text),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("error", sa.Text),
    )
    op.create_index(
        "hookproof_webhook_calls_waiting",
        "hookproof_webhook_calls",
        ["id"],
        sqlite_where=sa.text("record IS NOT NULL"),
        postgresql_where=sa.text("record IS NOT NULL"),
    )
    op.create_table(
        "hookproof_plan_snapshot_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("plan_id", sa.BigInteger, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False, unique=True),
        sa.Column("over", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "hookproof_plan_snapshot_runs_plan", "hookproof_plan_snapshot_runs", ["plan_id", "id"]
    )
