"""What the inbox has to know of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..identity import Rules
from .schedule import DEFAULT, Schedule

Handler: TypeAlias = Callable[..., Any]
"""`handler(message)` or `handler(message, tx)`, where `tx` is an SQLAlchemy connection whose
transaction holds the effect and the mark "done". It returns nothing (200), a status, or a status and a
body (bytes, text, or what JSON can hold)."""

Mode: TypeAlias = Literal["synchronous", "inbox"]
"""`synchronous`: the handler's outcome is the answer. `inbox`: 200 once the message is kept, and the
handler runs after that."""


@dataclass(frozen=True, slots=True)
class Endpoint(Rules):
    """One path, and how its messages are told apart and handled."""

    path: str
    """The path; identities of one path are its own."""
    handler: Handler | None = None
    """None keeps and shows."""
    takes_tx: bool = False
    """Whether the handler wants the transaction."""
    mode: Mode = "synchronous"
    """When it is answered."""
    running: int | None = None
    """How many of its handlers, and requests that wait for one, there may be at once, in each process;
    None for as many as the inbox has room for. With 1, messages are handled one after the other, in the
    order in which they are due."""
    schedule: Schedule = DEFAULT
    """When what was acknowledged and failed is run again."""

    @property
    def acknowledges(self) -> bool:
        """Whether a request is answered as soon as its message is kept."""
        return self.handler is None or self.mode == "inbox"
