"""What the inbox has to know of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..identity import Rules

Handler: TypeAlias = Callable[..., Any]
"""`handler(message)` or `handler(message, tx)`, where `tx` is an SQLAlchemy connection whose
transaction holds the effect and the mark "done". It returns nothing (200), a status, or a status and a
body (bytes, text, or what JSON can hold)."""


@dataclass(frozen=True, slots=True)
class Endpoint(Rules):
    """One path, and how its messages are told apart and handled."""

    path: str
    """The path; identities of one path are its own."""
    handler: Handler | None = None
    """None keeps and shows."""
    takes_tx: bool = False
    """Whether the handler wants the transaction."""
