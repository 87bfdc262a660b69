"""What a person may do to a message, by where it stands."""

from __future__ import annotations

from .state import FINISHED, STATES, State

CHANGEABLE: tuple[State, ...] = ("pending", "failed", "unknown")
"""Can be retried, and cancelled: it has all that a resend needs, and nobody is sending it."""

REMOVABLE: tuple[State, ...] = tuple(one for one in STATES if one not in ("pending", "in_flight"))
"""Can be removed: nothing more happens to it by itself."""

REMOVED: tuple[State, ...] = FINISHED
"""Is removed unless somebody names other states: nobody has a question about it any more."""
