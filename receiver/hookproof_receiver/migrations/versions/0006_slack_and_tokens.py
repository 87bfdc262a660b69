"""What tokens were made, and the state, the pace and the bot of a Slack channel.

A channel that was there before gets its id and its bot's token here, for both are made by chance.
"""

from __future__ import annotations

import secrets
import string

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CHANNELS = "hookproof_slack_channels"


def upgrade() -> None:
    """Make the table of tokens, and add the channels' columns."""
    op.create_table(
        "hookproof_tokens",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
        sa.Column("revoked_ns", sa.BigInteger),
    )
    op.add_column(_CHANNELS, sa.Column("channel_id", sa.Text, nullable=False, server_default=""))
    op.add_column(_CHANNELS, sa.Column("bot_token", sa.Text, nullable=False, server_default=""))
    op.add_column(_CHANNELS, sa.Column("state", sa.Text, nullable=False, server_default="open"))
    op.add_column(_CHANNELS, sa.Column("full_ns", sa.BigInteger, nullable=False, server_default="0"))
    channels = sa.table(
        _CHANNELS, sa.column("service_id"), sa.column("channel_id"), sa.column("bot_token")
    )
    connection = op.get_bind()
    for service_id in connection.scalars(sa.select(channels.c.service_id)).all():
        connection.execute(
            sa.update(channels)
            .where(channels.c.service_id == service_id)
            .values(channel_id=_channel_id(), bot_token=_bot_token())
        )
    op.create_index("hookproof_slack_channels_bot", _CHANNELS, ["bot_token"], unique=True)


def _channel_id() -> str:
    return "C" + _random(string.ascii_uppercase + string.digits, 10)


def _bot_token() -> str:
    numbers = [_random(string.digits, 12) for _ in range(2)]
    return "-".join(("xoxb", *numbers, _random(string.ascii_letters + string.digits, 24)))


def _random(characters: str, count: int) -> str:
    return "".join(secrets.choice(characters) for _ in range(count))
