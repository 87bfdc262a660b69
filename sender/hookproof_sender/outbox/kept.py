"""What the outbox shows of a message, and which ones are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..wire import Attempt
from .state import State


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it stands. It holds no header of the task and no secret."""

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
    signed: bool | None
    """Whether it has a secret; None where it is finished, and that is not known any more."""
    created_ms: int
    """When it was recorded."""
    updated_ms: int
    """When something changed last."""
    body: bytes = field(repr=False)
    """What is sent."""
    history: tuple[Attempt, ...] = field(default=(), repr=False)
    """Its attempts, oldest first; empty in a list."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which messages are meant. What is None does not narrow."""

    ids: tuple[str, ...] | None = None
    """These alone."""
    states: tuple[State, ...] | None = None
    """In one of these states."""
    target: str | None = None
    """With this text in the target."""
    task: str | None = None
    """Of the task of this name."""
    guid: str | None = None
    """With this GUID."""
    since_ms: int | None = None
    """Recorded at this time or later."""
    until_ms: int | None = None
    """Recorded before this time."""
