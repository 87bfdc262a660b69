"""How much work an explanation may be. Counted, not timed: the same request gives the same answer."""

from __future__ import annotations

from typing import Final

_BASE: Final = 52_000_000
_PER_BYTE: Final = 350
_MOST: Final = 1_400_000_000
TRIAL: Final = 6000
"""What any trial costs, however short the body."""


class Budget:
    """Work, in bytes of SHA-256: what is dearer than hashing counts for more.

    Args:
        size: bytes of the body. 64 KiB come to some 40 ms, 4 MiB or more to 0.7 s, where a
            second hashes 1.5 GB.
    """

    __slots__ = ("left",)

    def __init__(self, size: int) -> None:
        self.left: int = min(_BASE + _PER_BYTE * size, _MOST)

    def spend(self, cost: int) -> bool:
        """Take that much; False, and nothing taken, where it is not there."""
        if cost > self.left:
            return False
        self.left -= cost
        return True

    def part(self, share: float) -> Budget:
        """A budget of its own out of this one, so that what comes later has its turn."""
        part = Budget(0)
        part.left = int(self.left * share)
        self.left -= part.left
        return part

    def add(self, rest: Budget) -> None:
        """Take back what a part did not need."""
        self.left += rest.left
        rest.left = 0
