"""Where a message stands."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal["pending", "in_flight", "delivered", "failed", "cancelled", "unknown"]
"""`pending`: waits for its time. `in_flight`: leased by a process that sends it. `failed`: its retries
are used up. `unknown`: its last attempt's outcome is not known, and it has no retry left."""

STATES: tuple[State, ...] = get_args(State)
"""All of them."""

FINISHED: tuple[State, ...] = ("delivered", "cancelled")
"""States that nothing follows: what a resend would need is removed."""
