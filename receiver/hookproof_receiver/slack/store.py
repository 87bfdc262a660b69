"""The tables of channels and messages: the one file of this room that speaks SQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    func,
    insert,
    select,
)

from hookproof_runtime.database import reading, writing

from .channel import Channel, Message
from .payload import Payload

_METADATA = MetaData()

_CHANNELS = Table(
    "hookproof_slack_channels",
    _METADATA,
    Column("service_id", Text, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("created_ns", BigInteger, nullable=False),
)

_MESSAGES = Table(
    "hookproof_slack_messages",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("service_id", ForeignKey("hookproof_slack_channels.service_id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_ns", BigInteger, nullable=False),
)


class SlackStore:
    """Channels, and their messages in the order they came.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_channel(self, channel: Channel) -> bool:
        """Keep a new channel. False where there is one of that name."""
        with writing(self._engine) as connection:
            if connection.scalar(select(_CHANNELS.c.name).where(_CHANNELS.c.name == channel.name)):
                return False
            connection.execute(
                insert(_CHANNELS),
                {
                    "service_id": channel.service_id,
                    "team_id": channel.team_id,
                    "token": channel.token,
                    "name": channel.name,
                    "created_ns": channel.created_ns,
                },
            )
            return True

    def channel_of(self, service_id: str) -> Channel | None:
        """The channel that a webhook posts to; None where there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_CHANNELS).where(_CHANNELS.c.service_id == service_id)
            ).one_or_none()
        return None if row is None else _channel(row)

    def channels(self) -> list[tuple[Channel, int]]:
        """Every channel by its name, with the number of its messages."""
        counted = (
            select(_CHANNELS, func.count(_MESSAGES.c.id).label("messages"))
            .outerjoin(_MESSAGES)
            .group_by(_CHANNELS.c.service_id)
            .order_by(_CHANNELS.c.name)
        )
        with reading(self._engine) as connection:
            return [(_channel(row), row.messages) for row in connection.execute(counted)]

    def add_message(self, channel: Channel, payload: Payload, now_ns: int) -> None:
        """Keep a message."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(_MESSAGES),
                {
                    "service_id": channel.service_id,
                    "text": payload.text,
                    "payload": payload.json,
                    "received_ns": now_ns,
                },
            )

    def messages(self, channel: Channel) -> list[Message]:
        """The messages of a channel, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(_MESSAGES.c.text, _MESSAGES.c.payload, _MESSAGES.c.received_ns)
                .where(_MESSAGES.c.service_id == channel.service_id)
                .order_by(_MESSAGES.c.id)
            )
            return [Message(channel.name, *row) for row in rows]


def _channel(row: Row[tuple[object, ...]]) -> Channel:
    return Channel(row.name, row.team_id, row.service_id, row.token, row.created_ns)
