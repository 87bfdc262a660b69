"""Why there was no whole answer."""

from __future__ import annotations

from typing import NamedTuple

from .attempt import Cause


class Failure(NamedTuple):
    """Why there was no whole answer."""

    cause: Cause
    """From the closed list."""
    sentence: str
    """In words; holds nothing that the peer wrote."""
