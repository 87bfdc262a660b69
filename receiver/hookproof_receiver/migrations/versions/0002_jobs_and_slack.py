"""Job groups with their jobs, and Slack channels with their messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hookproof_job_groups",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("recipe_id", sa.BigInteger, nullable=False),
        sa.Column("ran_from", sa.Text, nullable=False),
        sa.Column("execution_id", sa.Text, unique=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("updated_ns", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,  # an id names a folder of output: it never comes back
    )
    op.create_table(
        "hookproof_jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "job_group_id",
            sa.Integer,
            sa.ForeignKey("hookproof_job_groups.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hookproof_slack_channels",
        sa.Column("service_id", sa.Text, primary_key=True),
        sa.Column("team_id", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "hookproof_slack_messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "service_id",
            sa.Text,
            sa.ForeignKey("hookproof_slack_channels.service_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received_ns", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
