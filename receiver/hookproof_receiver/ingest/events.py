"""What is told to whoever watches: each request twice, when it was judged and when it was answered.

Of a request that was refused, a third time where it could be explained; of a message that the receiver
runs by itself, each run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from hookproof import Delivery

from ..inbox import Answer, Ran


@dataclass(frozen=True, slots=True)
class Received:
    """A request was judged."""

    at_ns: int
    """When: Unix time in nanoseconds."""
    delivery_id: str
    """`dlv_…`."""
    method: str
    """`POST`."""
    path: str
    """What was asked for."""
    size: int | None
    """Bytes of body; None where it was not read."""
    guid: str | None
    """The GUID in canonical form, or None."""
    code: str | None
    """Why it was refused, or is stale (`too_old`, `too_new`); None where it is good."""
    sentence: str
    """The verdict in words."""
    delivery: Delivery | None = field(repr=False)
    """The proof, where there is one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A request was answered."""

    at_ns: int
    """When: Unix time in nanoseconds."""
    delivery_id: str
    """As in `Received`."""
    answer: Answer = field(repr=False)
    """What was decided; its body is the handler's."""
    duration_s: float
    """Seconds from the request to its answer."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A refused request was explained, after it was answered. Not every one is: a flood is not."""

    at_ns: int
    """When: Unix time in nanoseconds."""
    delivery_id: str
    """As in `Received`."""
    cause: str
    """The first line of the explanation, for the operator alone."""


Event: TypeAlias = Received | Answered | Explained | Ran
"""What a listener is told."""

Listener: TypeAlias = Callable[[Event], None]
"""Called in the request's own thread, or another where nobody waits; it must be quick. What it raises
is logged, and changes no answer."""
