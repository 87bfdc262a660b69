"""The table `[sender]`; its keys are spelled as the platform spells its own."""

from __future__ import annotations

from typing import Annotated, Literal

from .table import AS_TUPLE, Duration, Table


class SenderSettings(Table):
    """How messages are sent."""

    database: str = "sqlite:///.hookproof/outbox.db"
    """Where messages are recorded before they are sent."""
    allowLoopback: bool = False
    """Local work only: let messages go to this machine."""
    forbiddenIPs: str = ""
    """Addresses and networks, split by semicolons, that are forbidden beside the special ranges."""
    allowedUrlRegexes: Annotated[tuple[str, ...], AS_TUPLE] = ()
    """A URL that matches one goes through before any address list is asked (assumed)."""
    unmatched: Literal["judge", "refuse"] = "judge"
    """A URL that matches none is judged by its addresses (assumed), or refused."""
    connectTo: Annotated[tuple[str, ...], AS_TUPLE] = ()
    """`HOST:PORT:ADDR:PORT`, as `--connect-to`: other places to connect to for a URL's own."""
    scheme: str = "http-task"
    """How messages are signed that name no scheme themselves."""
    timeUnit: Literal["ms", "s"] = "ms"
    """What `t` counts in the scheme `http-task` (assumed: milliseconds)."""
    deadline: Duration = 30.0
    """The whole of one attempt (documented: 30 seconds)."""
    profile: Literal["platform", "considerate"] = "platform"
    """Which failures are retried, and whether `Retry-After` counts."""
    guid: Literal["on-retry", "always"] = "on-retry"
    """Which attempts carry the GUID (assumed: retries alone)."""
    retryBase: Duration = 1.0
    """The first delay's upper bound; it doubles (assumed)."""
    retryCap: Duration = 60.0
    """No delay is longer (assumed)."""
