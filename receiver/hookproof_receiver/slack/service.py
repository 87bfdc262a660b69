"""What Slack does with a channel, without HTTP."""

from __future__ import annotations

import hmac

from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration
from hookproof_runtime.database import Engine

from .channel import Channel, Message, make_channel
from .payload import Payload
from .store import SlackStore


class SlackService:
    """Channels, each with a secret address, and the messages posted there.

    Args:
        engine: a prepared engine whose schema is up to date.
        clock: the time.
    """

    def __init__(self, engine: Engine, clock: Clock = system_clock) -> None:
        self._store = SlackStore(engine)
        self._clock = clock

    def new_channel(self, name: str) -> Channel:
        """Make a channel.

        Raises:
            BadConfiguration: the name is none, or taken.
        """
        channel = make_channel(name, self._clock())
        if not self._store.add_channel(channel):
            raise BadConfiguration(
                f"there is a channel {channel.name} already: "
                f"`hookproof slack show {channel.name} --url` prints its URL"
            )
        return channel

    def channels(self) -> list[tuple[Channel, int]]:
        """Every channel by its name, with the number of its messages."""
        return self._store.channels()

    def channel(self, name: str) -> Channel:
        """The channel of a name, with or without `#`.

        Raises:
            BadConfiguration: there is none; the sentence lists them.
        """
        known = {channel.name: channel for channel, _ in self._store.channels()}
        try:
            return known[name.removeprefix("#")]
        except KeyError:
            there = f"there are: {', '.join(known)}" if known else "there is none yet"
            raise BadConfiguration(
                f"there is no channel {name!r}; {there}. `hookproof slack new-channel NAME` makes one"
            ) from None

    def channel_at(self, team_id: str, service_id: str, token: str) -> Channel | None:
        """The channel of an address; None where any part of it is wrong."""
        channel = self._store.channel_of(service_id)
        if channel is None:
            return None
        given = f"/services/{team_id}/{service_id}/{token}".encode()
        return channel if hmac.compare_digest(given, channel.path.encode()) else None

    def post(self, channel: Channel, payload: Payload) -> None:
        """Keep a message."""
        self._store.add_message(channel, payload, self._clock())

    def messages(self, name: str) -> list[Message]:
        """The messages of a channel, oldest first.

        Raises:
            BadConfiguration: there is no such channel.
        """
        return self._store.messages(self.channel(name))
