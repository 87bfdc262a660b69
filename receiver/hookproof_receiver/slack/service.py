"""What Slack does with a channel, without HTTP."""

from __future__ import annotations

import hmac

from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration
from hookproof_runtime.database import Engine

from .channel import Channel, Message, State, make_channel
from .payload import Payload
from .post_message import PostMessage
from .refusals import ApiRefused, Refused
from .store import SlackStore


class SlackService:
    """Channels, each with a secret address and a bot, and the messages posted there.

    Args:
        engine: a prepared engine whose schema is up to date.
        clock: the time.
    """

    def __init__(self, engine: Engine, clock: Clock = system_clock) -> None:
        self._store = SlackStore(engine)
        self._clock = clock

    def new_channel(self, name: str) -> Channel:
        """Make a channel, in the workspace of those that are there.

        Raises:
            BadConfiguration: the name is none, or taken.
        """
        channel = make_channel(name, next(iter(self._store.teams()), None), self._clock())
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
        channel = self._store.channel_named(name.removeprefix("#"))
        if channel is None:
            known = self._store.names()
            there = f"there are: {', '.join(known)}" if known else "there is none yet"
            raise BadConfiguration(
                f"there is no channel {name!r}; {there}. `hookproof slack new-channel NAME` makes one"
            )
        return channel

    def set_state(self, name: str, state: State) -> Channel:
        """Open a channel, archive it, or forbid posting there. Its messages stay.

        Raises:
            BadConfiguration: there is no such channel.
        """
        channel = self.channel(name)
        self._store.set_state(channel, state)
        return channel

    def webhook_at(self, address: str) -> Channel:
        """The channel of an incoming webhook.

        Args:
            address: what follows `/services/`.

        Raises:
            Refused: there is no such workspace, no such webhook in it, or the secret part is wrong.
        """
        team_id, service_id, token = (*address.split("/", 2), "", "")[:3]
        channel = self._store.channel_of(service_id)
        if channel is None or channel.team_id != team_id:
            raise Refused("no_service" if team_id in self._store.teams() else "no_team")
        if not hmac.compare_digest(token.encode(), channel.token.encode()):
            raise Refused("invalid_token")
        return channel

    def post(self, channel: Channel, payload: Payload) -> Message:
        """Keep a message that came to a channel's webhook.

        It is the webhook's channel that the message goes to, whatever channel it names, as with Slack's
        apps; a name of nobody and nothing is refused, as with Slack's older webhooks.

        Raises:
            Refused: the channel takes none, it names a channel or a user that is not there, or it
                comes too early after the others.
        """
        if payload.channel and self._named(payload.channel) is None:
            raise Refused("user_not_found" if payload.channel[0] in "@UW" else "channel_not_found")
        return self._keep(channel, payload)

    def app_of(self, bot_token: str | None) -> Channel:
        """The channel whose app has a bot token.

        Args:
            bot_token: what came; None where nothing did.

        Raises:
            ApiRefused: there is none, or it is nobody's.
        """
        if not bot_token:
            raise ApiRefused("not_authed")
        app = self._store.channel_of_bot(bot_token)
        if app is None:
            raise ApiRefused("invalid_auth")
        return app

    def post_as(self, app: Channel, asked: PostMessage) -> Message:
        """Keep a message that an app's bot posts.

        Raises:
            ApiRefused: the channel is not there, not the app's, takes none, or it comes too early.
        """
        channel = self._named(asked.channel)
        if channel is None:
            raise ApiRefused("channel_not_found")
        if channel.service_id != app.service_id:
            raise ApiRefused("not_in_channel")
        try:
            return self._keep(channel, asked.payload)
        except Refused as refused:
            raise ApiRefused.of(refused) from None

    def messages(
        self, name: str, *, before: int | None = None, limit: int | None = None
    ) -> list[Message]:
        """The messages of a channel, oldest first.

        Args:
            name: the channel's, with or without `#`.
            before: those whose number is below this one; None for all.
            limit: the newest so many of them; None for all.

        Raises:
            BadConfiguration: there is no such channel.
        """
        return self._store.messages(self.channel(name), before, limit)

    def _keep(self, channel: Channel, payload: Payload) -> Message:
        if channel.state == "archived":
            raise Refused("channel_is_archived")
        if channel.state == "prohibited":
            raise Refused("action_prohibited")
        kept = self._store.add_message(channel, payload, self._clock())
        if isinstance(kept, int):
            raise Refused("rate_limited", kept)
        return kept

    def _named(self, name: str) -> Channel | None:
        """The channel that a message names: `#random`, `random` or `C…`."""
        by_name = self._store.channel_named(name.removeprefix("#"))
        return by_name or self._store.channel_with_id(name)
