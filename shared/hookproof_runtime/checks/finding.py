"""One thing that was looked at, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["fine", "note", "wrong"]
"""`note` is worth knowing and may be meant so; what is `wrong` does not work, or will not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. It holds no secret and no body."""

    level: Level
    """How it is."""
    what: str
    """A sentence."""
    where: str = ""
    """The file, key, address or message that it is about."""
    cure: str = ""
    """What mends it, as a command where there is one; empty where nothing is to be mended."""


def fine(what: str, where: str = "") -> Finding:
    """All is as it should be."""
    return Finding("fine", what, where)


def note(what: str, where: str = "", cure: str = "") -> Finding:
    """Worth knowing."""
    return Finding("note", what, where, cure)


def wrong(what: str, where: str, cure: str) -> Finding:
    """Does not hold."""
    return Finding("wrong", what, where, cure)
