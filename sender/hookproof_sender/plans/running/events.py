"""What a run tells while it goes on, for whoever shows it. The record holds all that matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ...wire import Attempt, Start
from ..deciding import NodeState


@dataclass(frozen=True, slots=True)
class NodeChanged:
    """A node is in another state, and that is on record."""

    handle: str
    """Which one."""
    state: NodeState
    """The new one."""
    sentence: str | None = None
    """How it ended, or why it does not run."""


@dataclass(frozen=True, slots=True)
class AttemptBegun:
    """An attempt of a node's message begins."""

    handle: str
    """The node."""
    start: Start
    """Its number, time and GUID."""
    allowed: int
    """The number of the last attempt that there may be."""
    target: str
    """`POST https://…`, as it may be shown."""


@dataclass(frozen=True, slots=True)
class AttemptOver:
    """An attempt of a node's message is over, and on record."""

    handle: str
    """The node."""
    attempt: Attempt
    """How it went."""


@dataclass(frozen=True, slots=True)
class JobSeen:
    """The platform said where a node's job stands, and that is news."""

    handle: str
    """The node."""
    job: int
    """The job group."""
    status: str
    """The platform's word."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something is worth saying of a node."""

    handle: str
    """Which one."""
    sentence: str
    """What."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A node that was taken up waits for its message."""

    handle: str
    """Which one."""
    seconds: float
    """How long at the most, before it is looked at again."""
    elsewhere: bool
    """Whether another process sends the message; else it is not due yet."""


Event: TypeAlias = NodeChanged | AttemptBegun | AttemptOver | JobSeen | Waits | Warned
"""One of them."""
