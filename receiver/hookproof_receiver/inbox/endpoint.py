"""What the inbox has to know of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Handler: TypeAlias = Callable[..., Any]
"""`handler(message)` or `handler(message, tx)`, where `tx` is an SQLAlchemy connection whose
transaction holds the effect and the mark "done". It returns nothing (200), a status, or a status and a
body (bytes, text, or what JSON can hold)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path, and how its messages are told apart and handled."""

    path: str
    """The path; identities of one path are its own."""
    handler: Handler | None = None
    """None keeps and shows."""
    takes_tx: bool = False
    """Whether the handler wants the transaction."""
    identity: str | None = None
    """A JSON pointer such as `/run` into the body: rule 0 of the ladder; None goes by the id that the
    scheme signs, and by rules 1 to 4."""
    identity_required: bool = False
    """Refuse (422 `no_identity`) what has no usable value there."""
    on_body_change: Literal["run", "refuse"] = "run"
    """What a known message with another body is: the newer body runs, or 422 `body_changed`."""
    link: Literal["any", "failed", "off"] = "any"
    """Which messages rule 3 may bind a new GUID to."""
    link_window_s: float = 600.0
    """How far back rule 3 looks, in seconds."""
