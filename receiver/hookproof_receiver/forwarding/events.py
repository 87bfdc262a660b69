"""What is told of forwarding to whoever watches, beside what the receiver tells of each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .causes import Cause


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The application was sent a message, and answered, or did not."""

    at_ns: int
    """When that was over: Unix time in nanoseconds."""
    message_id: str
    """`msg_…`."""
    delivery_id: str | None
    """`dlv_…`: the request that brought it; None where that is not known."""
    attempt: int
    """How often it was begun to be forwarded, this time included; when nobody was there too."""
    signed_anew_after_s: float | None
    """How old the signature was that was replaced; None where it went along as it came."""
    status: int | None
    """What the application answered; None where no whole answer came."""
    cause: Cause | None
    """Why not."""
    duration_s: float
    """Seconds that it took."""

    @property
    def taken(self) -> bool:
        """Whether the application took it: a 2xx."""
        return self.status is not None and 200 <= self.status <= 299


@dataclass(frozen=True, slots=True)
class Away:
    """The application cannot be reached. Told once, until it is back."""

    at_ns: int
    url: str
    """Where it was looked for, without path and query."""
    cause: Cause
    sentence: str
    """The cause for people."""


@dataclass(frozen=True, slots=True)
class Back:
    """The application was reached again."""

    at_ns: int
    url: str
    away_s: float
    """Seconds since it was first missed."""


Event: TypeAlias = Forwarded | Away | Back
"""What a listener is told, in the thread that forwards; it must be quick."""
