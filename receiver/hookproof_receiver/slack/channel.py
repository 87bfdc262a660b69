"""A channel with its address, and a message in it."""

from __future__ import annotations

import re
import secrets
import shlex
import string
from dataclasses import dataclass, field

from hookproof.errors import BadConfiguration

_ID_CHARACTERS = string.ascii_uppercase + string.digits
_TOKEN_CHARACTERS = string.ascii_letters + string.digits
_NAME = re.compile(r"[a-z0-9_-]{1,80}")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that one incoming webhook posts to."""

    name: str
    """Without `#`."""
    team_id: str
    """`T` and ten letters or digits."""
    service_id: str
    """`B` and ten letters or digits."""
    token: str = field(repr=False)
    """24 letters and digits: whoever has them can post."""
    created_ns: int
    """Unix time in nanoseconds."""

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


def make_channel(name: str, now_ns: int) -> Channel:
    """Make a channel with an address that nobody can guess.

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
        team_id="T" + _random(_ID_CHARACTERS, 10),
        service_id="B" + _random(_ID_CHARACTERS, 10),
        token=_random(_TOKEN_CHARACTERS, 24),
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
