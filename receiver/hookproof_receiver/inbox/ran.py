"""What is told of a run that no request waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ..identity import State


@dataclass(frozen=True, slots=True)
class Ran:
    """The receiver ran a message by itself."""

    at_ns: int
    """When it ended: Unix time in nanoseconds."""
    message_id: str
    """`msg_…`."""
    endpoint: str
    """The path."""
    attempt: int
    """Which start of a handler it was, 1 or more."""
    state: State
    """Where the message stands; `failed` waits to be run again, or is parked."""
    status: int
    """What the run came to, as an HTTP status; 0 where it could not be tried."""
    error: str | None
    """Why it failed, or could not be tried."""
    again_in_s: float | None
    """Seconds until it is run again; None where it is not."""
    duration_s: float
    """Seconds that the handler took."""


RunListener: TypeAlias = Callable[[Ran], None]
"""Called in the run's own thread; it must be quick. What it raises is logged, and changes nothing."""
