"""What a fault is made of: a few acts at a socket, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Send:
    """Send these bytes at once."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drip:
    """Send a piece, wait, and again."""

    piece: bytes
    times: int
    every_s: float
    """Seconds after each piece."""


@dataclass(frozen=True, slots=True)
class Flood:
    """Send a piece over and over, as fast as it is taken, until the peer goes."""

    piece: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """Do nothing until the peer goes."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection off (RST)."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection in good order (FIN)."""


Act: TypeAlias = Send | Wait | Drip | Flood | Hold | Reset | Close

Reads = Literal["nothing", "half", "whole"]
"""How much of a request's body is read before the first act. Half of a chunked body is nothing."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a fault consists of."""

    acts: tuple[Act, ...]
    """One after the other."""
    reads: Reads = "whole"
    """How much of the request's body is read before them."""
