"""Who may look at the pages, and who may have them do something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from hookproof.errors import HookproofError

from .hosts import Hosts, is_loopback

_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


class NotLetIn(HookproofError):
    """The token is none, is not good for pages, or its time is over; the sentence is for its holder."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who logged in."""

    session_id: str
    """Drawn anew at each login; forms are bound to it."""


class Door(Protocol):
    """What knows tokens: the root's, for this room does not."""

    def enter(self, token: str) -> str:
        """The text of a new session's cookie.

        Raises:
            NotLetIn: the token does not open the pages.
        """
        ...

    def entered(self, cookie: str | None) -> Entered | None:
        """Whoever a session's cookie belongs to; None where it is forged, over, or was left."""
        ...

    def leave(self, cookie: str) -> None:
        """End a session, for whoever has its cookie."""
        ...

    def form_token(self, bound_to: str) -> str:
        """What a form carries to show that it is of a page of ours, for whom that page was made."""
        ...

    def is_form_token(self, text: str, bound_to: str) -> bool:
        """Whether it is one that was made for the same, not too long ago."""
        ...


@dataclass(frozen=True, slots=True)
class Gate:
    """What holds for every page of a receiver."""

    door: Door = field(repr=False)
    """Judges tokens, sessions and forms."""
    hosts: Hosts
    """What they answer to."""
    open_at_loopback: bool
    """Whether nobody but this machine can reach the server: then there is no login."""

    def wants_login(self, header_names: Iterable[str]) -> bool:
        """Whether a request must belong to somebody who logged in.

        A request that came through a proxy comes from anywhere, wherever the server listens.
        """
        if not self.open_at_loopback:
            return True
        names = {name.lower() for name in header_names}
        return any(name.lower() in names for name in _PROXIED)


def gate_of(door: Door, listen: str | None, more: Iterable[str]) -> Gate:
    """The gate of a server that listens at a host; None where that is not known."""
    return Gate(door, Hosts(listen, more), listen is not None and is_loopback(listen))
