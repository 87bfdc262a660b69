"""A message that this process may send, for as long as its lease lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hookproof_runtime.secret_places import SecretPlace

from ..wire import Outgoing
from ..wire.profiles import Profile


@dataclass(frozen=True, slots=True)
class Terms:
    """How a message is signed and retried, whichever process sends it.

    Raises:
        ValueError: a span of time is not above 0.
    """

    scheme: str = "http-task"
    """Signs what has a secret."""
    time_unit: Literal["ms", "s"] = "ms"
    """What `t` counts in the scheme `http-task`."""
    profile: Profile = "platform"
    """Which failures are retried."""
    guid: Literal["on-retry", "always"] = "on-retry"
    """Which attempts carry the GUID."""
    retry_base: float = 1.0
    """The first delay's upper bound, in seconds; it doubles with every retry."""
    retry_cap: float = 60.0
    """The largest upper bound, in seconds."""

    def __post_init__(self) -> None:
        for name, span in ("retry_base", self.retry_base), ("retry_cap", self.retry_cap):
            if not 0 < span < 1e9:  # not NaN either
                raise ValueError(f"{name} is a number of seconds above 0, not {span!r}")


PLATFORM = Terms()
"""As the platform signs and retries."""


class TakenOver(Exception):
    """Another process has the message now, or somebody cancelled it."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A message, with all that an attempt needs. Its `repr` shows no header, body or secret."""

    id: str
    """`msg_…`; where the scheme signs an id, this is it."""
    outgoing: Outgoing
    """What every attempt sends."""
    places: tuple[SecretPlace, ...]
    """Where the secrets are that sign it, newest first; none for one that is not signed."""
    terms: Terms
    """How it is signed and retried."""
    guid: str
    """What its attempts carry, or its retries alone, as the terms have it."""
    number: int
    """The attempt that may be made now; 1 for the first."""
    allowed: int
    """The number of the last attempt that it may have."""
    fence: int
    """Grows with every lease: what was done under an older one changes nothing any more."""
    lease_ms: int = field(compare=False)
    """Until when the lease holds: Unix time in milliseconds."""

    @property
    def guid_sent(self) -> str | None:
        """The GUID that this attempt carries; None where it carries none."""
        return self.guid if self.number > 1 or self.terms.guid == "always" else None

    @property
    def endpoint(self) -> str:
        """Whom it goes to, `https://host:port`: what shares a limit of messages in flight."""
        return endpoint_of(self.outgoing.url)


def endpoint_of(url: str) -> str:
    """The part of a URL before its path, in lower case: of the task's narrow grammar."""
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    return f"{scheme}://{authority}".lower()
