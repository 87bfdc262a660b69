"""The inbox: messages, what identifies them, the requests that came, and what was kept apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hookproof_messages",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("signed_ms", sa.BigInteger),
        sa.Column("guid", sa.Text),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("promised_ms", sa.BigInteger),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("answer_type", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('running', 'failed', 'done', 'rejected', 'kept')", name="state"),
        sa.CheckConstraint("(state = 'running') = (owner IS NOT NULL)", name="owner"),
    )
    op.create_index(
        "hookproof_messages_link",
        "hookproof_messages",
        ["endpoint", "digest", "created_ms"],
        sqlite_where=sa.text("guid IS NULL"),
    )
    op.create_index(
        "hookproof_messages_due",
        "hookproof_messages",
        ["due_ms"],
        sqlite_where=sa.text("due_ms IS NOT NULL"),
    )
    op.create_index(
        "hookproof_messages_owner",
        "hookproof_messages",
        ["owner"],
        sqlite_where=sa.text("owner IS NOT NULL"),
    )
    op.create_table(
        "hookproof_identities",
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("message_id", sa.Text, sa.ForeignKey("hookproof_messages.id"), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hookproof_deliveries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, sa.ForeignKey("hookproof_messages.id")),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("rule", sa.Integer),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("guid", sa.Text),
        sa.Column("secret_label", sa.Text),
        sa.Column("signed_ms", sa.BigInteger),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Integer),
    )
    op.create_index(
        "hookproof_deliveries_message", "hookproof_deliveries", ["message_id", "received_ms"]
    )
    op.create_table(
        "hookproof_apart",
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("delivery_id", sa.Text, sa.ForeignKey("hookproof_deliveries.id"), nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
