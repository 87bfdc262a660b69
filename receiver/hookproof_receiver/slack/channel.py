"""A channel with its address, and a message in it."""

from __future__ import annotations

import re
import secrets
import shlex
import string
from dataclasses import dataclass, field
from typing import Literal, get_args

from hookproof.clock import NANOSECONDS
from hookproof.errors import BadConfiguration

State = Literal["open", "archived", "prohibited"]
"""Whether a channel takes messages: yes, it was archived, or its workspace forbids posting there."""

STATES: tuple[State, ...] = get_args(State)
"""Every state."""

HOOKS = "https://hooks.slack.com"
"""Where Slack's own webhooks are."""

_ID_CHARACTERS = string.ascii_uppercase + string.digits
_TOKEN_CHARACTERS = string.ascii_letters + string.digits
_NAME = re.compile(r"[a-z0-9_-]{1,80}")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, with the one app that posts to it: by its webhook, or with its bot's token."""

    name: str
    """Without `#`."""
    channel_id: str
    """`C` and ten letters or digits."""
    team_id: str
    """`T` and ten letters or digits."""
    service_id: str
    """`B` and ten letters or digits."""
    token: str = field(repr=False)
    """24 letters and digits: whoever has them can post."""
    bot_token: str = field(repr=False)
    """`xoxb-…`, for `chat.postMessage`: whoever has it can post."""
    created_ns: int
    """Unix time in nanoseconds."""
    state: State = "open"
    """Whether it takes messages."""

    @property
    def path(self) -> str:
        """Where to post: `/services/T…/B…/…`. Secret, for it holds the token."""
        return f"/services/{self.team_id}/{self.service_id}/{self.token}"


@dataclass(frozen=True, slots=True)
class Message:
    """What came."""

    channel: str
    """The channel's name."""
    text: str = field(repr=False)
    """Its `text`; empty where it has blocks or attachments alone."""
    payload: str = field(repr=False)
    """All of it: the JSON as it came."""
    received_ns: int
    """Unix time in nanoseconds."""
    number: int
    """Its number among all messages of all channels: higher than those before it."""

    @property
    def ts(self) -> str:
        """What Slack calls it by: seconds, a point and six digits; no other message has it."""
        return f"{self.received_ns // NANOSECONDS}.{self.number % 1_000_000:06}"


def make_channel(name: str, team_id: str | None, now_ns: int) -> Channel:
    """Make a channel with an address that nobody can guess.

    Args:
        name: with or without `#`.
        team_id: the workspace that it is in; None makes one.
        now_ns: Unix time in nanoseconds.

    Raises:
        BadConfiguration: Slack has no channels of such a name.
    """
    plain = name.removeprefix("#")
    if not _NAME.fullmatch(plain):
        raise BadConfiguration(
            f"a channel's name is 1 to 80 of a-z, 0-9, - and _, such as plan-runs, not {name!r}"
        )
    return Channel(
        name=plain,
        channel_id="C" + _random(_ID_CHARACTERS, 10),
        team_id=team_id or "T" + _random(_ID_CHARACTERS, 10),
        service_id="B" + _random(_ID_CHARACTERS, 10),
        token=_random(_TOKEN_CHARACTERS, 24),
        bot_token="-".join(
            (
                "xoxb",
                _random(string.digits, 12),
                _random(string.digits, 12),
                _random(_TOKEN_CHARACTERS, 24),
            )
        ),
        created_ns=now_ns,
    )


def curl_sample(url: str) -> str:
    """The command that Slack shows beside a new webhook, to copy the URL and the header from."""
    return (
        "curl -X POST -H 'Content-type: application/json' "
        f"""--data '{{"text":"Hello, World!"}}' {shlex.quote(url)}"""
    )


def _random(characters: str, count: int) -> str:
    return "".join(secrets.choice(characters) for _ in range(count))
