"""What is written down of a token: everything but the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hookproof.errors import BadConfiguration

from .tokens import Token

State = Literal["good", "revoked", "expired"]
"""How a token is."""

_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Record:
    """A token that was made. All moments are Unix time in nanoseconds."""

    id: str
    """`tok_…`."""
    scope: str
    """The one thing it is good for."""
    label: str
    """What it is for, in its maker's words; may be empty."""
    created_ns: int
    """When it was made."""
    expires_ns: int
    """It is good before this moment."""
    revoked_ns: int | None = None
    """When it was taken back; None where it was not."""

    def state(self, now_ns: int) -> State:
        """How it is at a moment; one that was revoked stays so when its time is over."""
        if self.revoked_ns is not None:
            return "revoked"
        return "good" if now_ns < self.expires_ns else "expired"


def record_of(token: Token, label: str, now_ns: int) -> Record:
    """What to write down of a token made now.

    Raises:
        BadConfiguration: the label is no line of text, or a long one.
    """
    if len(label) > _LONGEST_LABEL or not label.isprintable():
        raise BadConfiguration(f"a label is one line of at most {_LONGEST_LABEL} characters")
    return Record(token.id, token.scope, label, now_ns, token.expires_ns)
