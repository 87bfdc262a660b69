"""What every grammar refuses, in the same words and at the same bounds."""

from __future__ import annotations

from typing import Final

from ..errors import MalformedSignature

MAX_HEADER: Final = 4096
"""Characters of a header's value that are looked at; a longer one is refused unread."""
MAX_SIGNATURES: Final = 5
"""How many signatures a header may have: each costs a comparison."""


def unreadable(header: str, reason: str) -> MalformedSignature:
    """The error for a value that the grammar does not know."""
    return MalformedSignature("malformed_header", f"{header} cannot be read: {reason}")


def refuse_length(header: str, value: str) -> None:
    """Refuse a value that is too long to be looked at.

    Raises:
        MalformedSignature: `malformed_header`.
    """
    if len(value) > MAX_HEADER:
        raise unreadable(
            header, f"the value has {len(value)} characters; at most {MAX_HEADER} are read"
        )


def refuse_number(name: str, number: int) -> None:
    """Refuse more signatures than are tried.

    Raises:
        MalformedSignature: `too_many_signatures`.
    """
    if number > MAX_SIGNATURES:
        raise MalformedSignature(
            "too_many_signatures", f"{number} {name} elements; at most {MAX_SIGNATURES}"
        )
