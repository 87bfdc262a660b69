"""The tables of channels and messages: the one file of this room that speaks SQL."""

from __future__ import annotations

from typing import Any

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
    update,
)

from hookproof_runtime.database import reading, writing

from . import pace
from .channel import Channel, Message, State
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
    Column("channel_id", Text, nullable=False),
    Column("bot_token", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("full_ns", BigInteger, nullable=False),
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
                    "channel_id": channel.channel_id,
                    "bot_token": channel.bot_token,
                    "state": channel.state,
                    "full_ns": 0,
                },
            )
            return True

    def set_state(self, channel: Channel, state: State) -> None:
        """Open, archive or close a channel."""
        with writing(self._engine) as connection:
            connection.execute(
                update(_CHANNELS)
                .where(_CHANNELS.c.service_id == channel.service_id)
                .values(state=state)
            )

    def teams(self) -> list[str]:
        """The workspaces that channels are in, that of the oldest one first."""
        with reading(self._engine) as connection:
            oldest = func.min(_CHANNELS.c.created_ns)
            return list(
                connection.scalars(
                    select(_CHANNELS.c.team_id).group_by(_CHANNELS.c.team_id).order_by(oldest)
                )
            )

    def channel_of(self, service_id: str) -> Channel | None:
        """The channel that a webhook posts to; None where there is none."""
        return self._one(_CHANNELS.c.service_id == service_id)

    def channel_of_bot(self, bot_token: str) -> Channel | None:
        """The channel whose app has this token; None where none has."""
        return self._one(_CHANNELS.c.bot_token == bot_token)

    def channel_named(self, name: str) -> Channel | None:
        """The channel of a name, without `#`; None where there is none."""
        return self._one(_CHANNELS.c.name == name)

    def channel_with_id(self, channel_id: str) -> Channel | None:
        """The channel of an id `C…`; None where there is none."""
        return self._one(_CHANNELS.c.channel_id == channel_id)

    def names(self) -> list[str]:
        """Every channel's name, in their order."""
        with reading(self._engine) as connection:
            return list(connection.scalars(select(_CHANNELS.c.name).order_by(_CHANNELS.c.name)))

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

    def add_message(self, channel: Channel, payload: Payload, now_ns: int) -> Message | int:
        """Keep a message, and count it.

        Returns:
            The message; or, where it comes too early and is not kept, whole seconds to wait.
        """
        its = _CHANNELS.c.service_id == channel.service_id
        with writing(self._engine) as connection:
            full_ns = connection.scalars(select(_CHANNELS.c.full_ns).where(its)).one()
            after_ns = pace.take(full_ns, now_ns)
            if after_ns is None:
                return pace.wait_s(full_ns, now_ns)
            connection.execute(update(_CHANNELS).where(its).values(full_ns=after_ns))
            number = connection.scalar(
                insert(_MESSAGES).returning(_MESSAGES.c.id),
                {
                    "service_id": channel.service_id,
                    "text": payload.text,
                    "payload": payload.json,
                    "received_ns": now_ns,
                },
            )
        assert number is not None
        return Message(channel.name, payload.text, payload.json, now_ns, number)

    def messages(
        self, channel: Channel, before: int | None = None, limit: int | None = None
    ) -> list[Message]:
        """The messages of a channel, oldest first: the newest `limit` of those below a number."""
        chosen = (
            select(_MESSAGES.c.text, _MESSAGES.c.payload, _MESSAGES.c.received_ns, _MESSAGES.c.id)
            .where(_MESSAGES.c.service_id == channel.service_id)
            .order_by(_MESSAGES.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            chosen = chosen.where(_MESSAGES.c.id < before)
        with reading(self._engine) as connection:
            rows = connection.execute(chosen).all()
        return [Message(channel.name, *row) for row in reversed(rows)]

    def _one(self, condition: Any) -> Channel | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(_CHANNELS).where(condition)).one_or_none()
        return None if row is None else _channel(row)


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        name=row.name,
        channel_id=row.channel_id,
        team_id=row.team_id,
        service_id=row.service_id,
        token=row.token,
        bot_token=row.bot_token,
        created_ns=row.created_ns,
        state=row.state,
    )
