"""Finding what changed since a moment, without reading every message.

Over the time alone: with the state before it, SQLite would take this index for what is due, too, and
read all that waits in the place of one entry an endpoint.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index."""
    op.create_index("hookproof_outbox_updated", "hookproof_outbox", ["updated_ms"])
