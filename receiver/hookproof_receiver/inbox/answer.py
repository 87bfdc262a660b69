"""What the inbox decides to answer."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request, before HTTP dresses it."""

    status: int
    """The HTTP status."""
    body: bytes = field(default=b"", repr=False)
    """What the handler returned, as it is to be sent. Empty where `code` says all."""
    content_type: str = "application/json"
    """Of the body."""
    code: str | None = None
    """The stable code of a refusal or failure; None where the handler's own answer stands."""
    message_id: str | None = None
    """The message it belongs to, once there is one."""
    duplicate: bool = False
    """The message was finished before this request came: this is the kept answer."""
    kept: bool = False
    """Acknowledged and not finished: kept, and from now on the receiver's to handle."""
    retry_after_s: int | None = None
    """Seconds, for `Retry-After`; None where there is none."""
