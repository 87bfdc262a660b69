"""The pages there are: each room's, and the way between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .answers import Answered
from .asked import Asked


@dataclass(frozen=True, slots=True)
class View:
    """One page, or what one form does."""

    pattern: str
    """Its path; `<name>` stands for one part of it: `/flows/<flow_id>`."""
    answer: Callable[[Asked], Answered]
    """Called in any thread; raises `Refused`. One that is got changes nothing."""
    method: Literal["GET", "POST"] = "GET"
    """A form's is POST."""


@dataclass(frozen=True, slots=True)
class Section:
    """The pages of one room."""

    name: str
    """The room's: its templates are `name/…`."""
    title: str
    """What the way to it is called: `Deliveries`."""
    path: str
    """Where it begins: `/deliveries`."""
    about: str
    """What is there, in a sentence, for the front page."""
    templates: Path
    """The folder of its templates."""
    views: Sequence[View]
    """All of them."""
    live: Callable[[], str] | None = None
    """What the front page says of it: how much there is, in a few words."""


class Site:
    """All sections, in the order in which the way to them is shown.

    Args:
        sections: those that there are.
        facts: what the front page tells of the receiver: names and values.
    """

    def __init__(self, sections: Sequence[Section], facts: Sequence[tuple[str, str]] = ()) -> None:
        self.sections = tuple(sections)
        self.facts = tuple(facts)
