"""What whoever watches the desk is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

How = Literal["done", "peer_left", "minute_over", "stopped"]
"""How it ended: all was done; the peer closed or reset the connection; a minute was over; the desk was
stopped."""


@dataclass(frozen=True, slots=True)
class Came:
    """A request that was read, as far as its fault reads it. Nothing was answered yet."""

    number: int
    """Counts requests, from 1."""
    connection: int
    """Counts connections, from 1."""
    at_ns: int
    """When its head was whole, Unix time in nanoseconds."""
    method: str
    """`POST`."""
    target: str
    """As it came, with its query string."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """As they came, in their order."""
    body: bytes = field(repr=False)
    """The first MiB of what was read of it."""
    size: int
    """Bytes of body that were read."""
    guid: str | None
    """In canonical form; None on a first attempt."""
    step: int
    """Which step of its script it gets, from 1; more than there are where the last one repeats."""
    fault: str
    """That step, as the path has it; `404` where it is none."""

    @property
    def path(self) -> str:
        """The target without its query string."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """A header's first value, its name in any case; None where it did not come."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a request, or of a connection on which none came."""

    request: int | None
    """Its number; None where none came."""
    connection: int
    """The connection's number."""
    at_ns: int
    """When, Unix time in nanoseconds."""
    what: str
    """The fault; or why what came was no request."""
    how: How
    """How it ended."""
    duration_s: float
    """Seconds since the request's head was whole, or since the connection."""
    sent: int
    """Bytes that were sent meanwhile, as far as the system took them."""


Event: TypeAlias = Came | Ended
Listener: TypeAlias = Callable[[Event], None]
"""Is called by one thread at a time."""
