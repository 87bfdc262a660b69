"""What a page answers, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from hookproof.errors import HookproofError


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be rendered."""

    template: str
    """Its room and file: `platform/flow.html`."""
    title: str
    """What a tab of the browser shows."""
    context: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What the template names."""
    status: int = 200
    """Of HTTP."""
    moving: bool = False
    """Whether what it shows changes by itself: it is asked for again each second until it says no."""
    watched: str | None = field(default=None, repr=False)
    """What tells what it shows from all else, where more may come at any time: the page is asked for
    again and again, and sent where this changed."""


@dataclass(frozen=True, slots=True)
class SeeOther:
    """What was posted is done: go and look."""

    path: str
    """From the first slash on, with the query; on this site."""


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes that came from anywhere: handed out to be saved, and shown by no browser."""

    body: bytes = field(repr=False)
    name: str
    """The file's name: of ASCII letters, digits, dots, hyphens and underscores."""


class Refused(HookproofError):
    """There is no such page, or it cannot be done.

    Args:
        status: of HTTP.
        sentence: why, for the person who asked.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)
        self.status = status
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


Answered: TypeAlias = Page | SeeOther | Download
"""What a view returns."""
