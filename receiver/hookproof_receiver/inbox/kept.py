"""Which of what the inbox holds is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from ..identity import Verdict

Standing: TypeAlias = Literal["running", "pending", "failed", "parked", "done", "rejected", "kept"]
"""Where a message stands, as it is shown: its state, and `parked` for what is the receiver's and failed
after the last try."""

STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""All of them, as they follow each other."""

Flag: TypeAlias = Literal["linked", "body_changed", "no_identity", "guid_ignored", "replayed"]
"""What may be odd about a message or a request."""

FLAGS: tuple[Flag, ...] = get_args(Flag)
"""All of them."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What may have been done with a request."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which messages are meant. What is None does not narrow."""

    ids: tuple[str, ...] | None = None
    """These alone."""
    prefix: str | None = None
    """With an id that begins so."""
    endpoint: str | None = None
    """Of the endpoint with this path."""
    states: tuple[Standing, ...] | None = None
    """That stand so."""
    flags: tuple[Flag, ...] | None = None
    """With one of these flags."""
    guid: str | None = None
    """A request of it carried this GUID, in canonical form."""
    since_ms: int | None = None
    """Recorded at this time or later, in Unix milliseconds."""
    until_ms: int | None = None
    """Recorded before this time."""
    search: bytes | None = None
    """With these bytes in the body."""
    updated_before_ms: int | None = None
    """Its state has not changed since this time."""


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    """Which requests are meant. What is None does not narrow."""

    ids: tuple[str, ...] | None = None
    """These alone."""
    prefix: str | None = None
    """With an id that begins so."""
    endpoint: str | None = None
    """Of the endpoint with this path."""
    message_id: str | None = None
    """Of this message."""
    verdicts: tuple[Verdict, ...] | None = None
    """With which this was done."""
    flags: tuple[Flag, ...] | None = None
    """With one of these flags."""
    guid: str | None = None
    """With this GUID, in canonical form."""
    since_ms: int | None = None
    """Read at this time or later, in Unix milliseconds."""
    until_ms: int | None = None
    """Read before this time."""


ALL = Filters()
"""Every message."""

ALL_DELIVERIES = DeliveryFilters()
"""Every request."""
