"""The settings that are compared: what is signed, how messages are told apart, what is promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hookproof_receiver.identity import Rules

PLAIN = Rules()
KEYED = Rules(identity="/run")
REFUSING = Rules(identity="/run", on_body_change="refuse")


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table."""

    name: str
    rules: Rules = PLAIN
    scheme: Literal["http-task", "standard-webhooks", "github"] = "http-task"
    guid_always: bool = False
    """Whether first attempts carry the GUID too."""
    acknowledges: bool = False
    """Whether the endpoint answers once a message is kept (`mode = "inbox"`), and runs it then."""
    claims: bool = False
    """Whether it is `claim` in an application's own transaction, in the place of the inbox."""

    @property
    def has_key(self) -> bool:
        """Whether something signed tells messages apart: then nothing may be lost or doubled."""
        return self.rules.identity is not None or self.scheme == "standard-webhooks"


SETTINGS = (
    Setting("signed key", KEYED),
    Setting("signed key, a changed body refused", REFUSING),
    Setting("signed key, GUID always", KEYED, guid_always=True),
    Setting("signed key, GitHub", KEYED, "github"),
    Setting("signed id (Standard Webhooks)", scheme="standard-webhooks"),
    Setting("signed key, inbox mode", KEYED, acknowledges=True),
    Setting("claims, signed key", KEYED, claims=True),
    Setting("link any"),
    Setting("link any, a changed body refused", Rules(on_body_change="refuse")),
    Setting("link any, inbox mode", acknowledges=True),
    Setting("link failed", Rules(link="failed")),
    Setting("link off", Rules(link="off")),
    Setting("link any, GUID always", guid_always=True),
    Setting("link off, GUID always", Rules(link="off"), guid_always=True),
    Setting("link any, GitHub", scheme="github"),
    Setting("claims, link any", claims=True),
    Setting("claims, link off", Rules(link="off"), claims=True),
)
"""In the order of the table: first those with a signed key or id."""


def setting_of(name: str) -> Setting:
    """The setting of that name.

    Raises:
        LookupError: there is none.
    """
    for setting in SETTINGS:
        if setting.name == name:
            return setting
    raise LookupError(f"no setting is called {name!r}: {', '.join(one.name for one in SETTINGS)}")
