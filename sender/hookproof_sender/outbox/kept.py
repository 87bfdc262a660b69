"""What the outbox shows of a message, and which ones are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..wire import Attempt
from .state import State


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it stands. It holds no secret, and headers as they may be shown."""

    id: str
    """`msg_…`."""
    state: State
    """Where it stands."""
    task: str
    """What a person calls the task."""
    method: str
    """In upper case."""
    target: str
    """The URL, without what may be a token."""
    guid: str
    """What its retries carry, or all its attempts."""
    attempts: int
    """How many were begun."""
    attempts_allowed: int
    """How many there may be."""
    due_ms: int | None
    """When the next one is due, in Unix milliseconds; None where none is."""
    lease_ms: int | None
    """Until when a process holds it, in Unix milliseconds; None where none does."""
    owner: str | None
    """Which process that is."""
    status: int | None
    """The last answer's status."""
    cause: str | None
    """Why the last attempt got no whole answer."""
    verify_tls: bool
    """Whether the server's certificate must be valid."""
    created_ms: int
    """When it was recorded."""
    updated_ms: int
    """When something changed last."""
    body_bytes: int
    """How long its body is."""
    body: bytes = field(default=b"", repr=False)
    """What is sent; empty in a list."""
    signed: bool | None = None
    """Whether it has a secret; None where it is finished, and that is not known any more, and in
    a list."""
    headers: tuple[tuple[str, str], ...] = ()
    """The task's own headers, masked; empty where it is finished, and in a list."""
    history: tuple[Attempt, ...] = field(default=(), repr=False)
    """Its attempts, oldest first; empty in a list."""

    def is_abandoned(self, now_ms: int) -> bool:
        """Whether whoever was sending it gave no sign of life for as long as a lease lasts."""
        return self.state == "in_flight" and (self.lease_ms or 0) <= now_ms

    def is_held(self, now_ms: int) -> bool:
        """Whether it waits for its time in the hands of a process that will send it itself."""
        return self.state == "pending" and (self.lease_ms or 0) > now_ms


@dataclass(frozen=True, slots=True)
class Filters:
    """Which messages are meant. What is None does not narrow."""

    ids: tuple[str, ...] | None = None
    """These alone."""
    states: tuple[State, ...] | None = None
    """In one of these states."""
    target: str | None = None
    """With this text in the target; case makes no difference."""
    task: str | None = None
    """Of the task of this name."""
    guid: str | None = None
    """With this GUID."""
    since_ms: int | None = None
    """Recorded at this time or later."""
    until_ms: int | None = None
    """Recorded before this time."""
    updated_before_ms: int | None = None
    """Nothing happened to it since this time."""


ALL = Filters()
"""Every message."""
