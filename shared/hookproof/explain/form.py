"""One form of a body, and how it is made when its turn comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Form(NamedTuple):
    """What may have been signed in the place of the body that was checked."""

    code: str
    """Empty for the body as it is."""
    what: str
    weight: int
    """What making it costs beside hashing as many bytes, which is 1. Measured."""
    make: Callable[[], bytes | None]
    """None, or ValueError, where the body has no such form."""
