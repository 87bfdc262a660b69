"""Messages that wait for a worker; and tables that are quick to write.

SQLite changes no constraint of a table that is there, so the tables are made anew. Beside the state:

- identities of signed bytes begin with the time of signing, so that new ones lie together;
- `link` stands for the digest where rule 3 may look for it, and nowhere else;
- what leads from one table to another is kept right by its writer, and not looked up at each insert.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MESSAGES = (
    "id, endpoint, method, target, headers, body, digest, signed_ms, guid, flags, state, owner, "
    "attempts, promised_ms, tries, due_ms, status, answer, answer_type, error, created_ms, updated_ms"
)
_DELIVERIES = (
    "id, endpoint, message_id, verdict, rule, flags, method, target, guid, secret_label, signed_ms, "
    "received_ms, status"
)


def upgrade() -> None:
    """Make the tables anew, with what they held."""
    for name in ("messages", "identities", "deliveries", "apart"):
        op.rename_table(f"hookproof_{name}", f"hookproof_{name}_before")
    for name in ("link", "due", "owner"):
        op.drop_index(f"hookproof_messages_{name}")
    op.drop_index("hookproof_deliveries_message")
    _make()
    op.execute(
        f"INSERT INTO hookproof_messages ({_MESSAGES}, link) SELECT {_MESSAGES}, "  # noqa: S608  (ours)
        "CASE WHEN guid IS NULL THEN digest END FROM hookproof_messages_before ORDER BY id"
    )
    op.execute(
        "INSERT INTO hookproof_identities (endpoint, value, message_id, created_ms) "
        "SELECT endpoint, value, message_id, created_ms FROM hookproof_identities_before"
    )
    op.execute(
        f"INSERT INTO hookproof_deliveries ({_DELIVERIES}) "  # noqa: S608  (ours)
        f"SELECT {_DELIVERIES} FROM hookproof_deliveries_before ORDER BY id"
    )
    op.execute(
        "INSERT INTO hookproof_apart (endpoint, value, delivery_id, headers, body) "
        "SELECT endpoint, value, delivery_id, headers, body FROM hookproof_apart_before"
    )
    for name in ("apart", "deliveries", "identities", "messages"):
        op.drop_table(f"hookproof_{name}_before")


def _make() -> None:
    op.create_table(
        "hookproof_messages",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("link", sa.Text),
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
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'failed', 'done', 'rejected', 'kept')", name="state"
        ),
        sa.CheckConstraint("(state = 'running') = (owner IS NOT NULL)", name="owner"),
        sa.CheckConstraint("state <> 'pending' OR promised_ms IS NOT NULL", name="pending"),
    )
    op.create_index(
        "hookproof_messages_link",
        "hookproof_messages",
        ["endpoint", "link", "created_ms"],
        sqlite_where=sa.text("link IS NOT NULL"),
    )
    op.create_index(
        "hookproof_messages_due",
        "hookproof_messages",
        ["endpoint", "due_ms", "id"],
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
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hookproof_deliveries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
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
        sqlite_with_rowid=False,
    )
    op.create_index("hookproof_deliveries_message", "hookproof_deliveries", ["message_id"])
    op.create_table(
        "hookproof_apart",
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
