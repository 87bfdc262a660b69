"""The outbox: messages, and what became of each attempt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hookproof_outbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("verify_tls", sa.Boolean, nullable=False),
        sa.Column("max_retries", sa.Integer, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("private", sa.Text),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("attempts_allowed", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease_ms", sa.BigInteger),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("status", sa.Integer),
        sa.Column("cause", sa.Text),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'in_flight', 'delivered', 'failed', 'cancelled', 'unknown')",
            name="state",
        ),
        sa.CheckConstraint("(state = 'pending') = (due_ms IS NOT NULL)", name="due"),
        sa.CheckConstraint("state <> 'in_flight' OR lease_ms IS NOT NULL", name="lease"),
    )
    op.create_index(
        "hookproof_outbox_due",
        "hookproof_outbox",
        ["endpoint", "due_ms"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "hookproof_outbox_leased",
        "hookproof_outbox",
        ["lease_ms"],
        sqlite_where=sa.text("state = 'in_flight'"),
        postgresql_where=sa.text("state = 'in_flight'"),
    )
    op.create_table(
        "hookproof_outbox_attempts",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
