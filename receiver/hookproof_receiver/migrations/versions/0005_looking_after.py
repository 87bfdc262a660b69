"""What an operator's lists, pruning and replays go by.

Of what every message passes, two indexes: messages by endpoint, and identities by message. The others
hold what is odd or failed alone.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_INDEXES = (
    ("hookproof_messages_endpoint", "hookproof_messages", ["endpoint", "id"], None),
    (
        "hookproof_messages_state",
        "hookproof_messages",
        ["state", "id"],
        "state IN ('failed', 'rejected')",
    ),
    ("hookproof_messages_flags", "hookproof_messages", ["id"], "flags <> '[]'"),
    ("hookproof_identities_message", "hookproof_identities", ["message_id"], None),
    ("hookproof_deliveries_verdict", "hookproof_deliveries", ["verdict", "id"], "verdict <> 'new'"),
    ("hookproof_deliveries_flags", "hookproof_deliveries", ["id"], "flags <> '[]'"),
    ("hookproof_deliveries_guid", "hookproof_deliveries", ["guid", "id"], "guid IS NOT NULL"),
    ("hookproof_deliveries_alone", "hookproof_deliveries", ["id"], "message_id IS NULL"),
    ("hookproof_apart_delivery", "hookproof_apart", ["delivery_id"], None),
)


def upgrade() -> None:
    """Add the column and the indexes, and make the table of replays."""
    op.add_column("hookproof_messages", sa.Column("pruned_bytes", sa.BigInteger))
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, **_partial(where))
    op.create_table(
        "hookproof_replays",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, sa.ForeignKey("hookproof_messages.id", ondelete="CASCADE")),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("target", sa.Text),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer),
        sa.Column("before_state", sa.Text),
        sa.Column("before_status", sa.Integer),
        sa.Column("before_error", sa.Text),
        sa.Column("after_state", sa.Text),
        sa.Column("after_status", sa.Integer),
        sa.Column("after_error", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_ms", sa.BigInteger),
    )
    op.create_index("hookproof_replays_message", "hookproof_replays", ["message_id"])
    op.create_index("hookproof_replays_of", "hookproof_replays", ["of"])
    op.create_index(
        "hookproof_replays_running",
        "hookproof_replays",
        ["message_id"],
        unique=True,
        **_partial("ended_ms IS NULL"),
    )


def _partial(where: str | None) -> dict[str, Any]:
    if where is None:
        return {}
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
