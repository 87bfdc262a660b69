"""A text with references, and writing values in their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .filters import FILTERS, Json, NotFiltered
from .names import MISSING, known_names, look_up, nearest, shown
from .problems import BadReference
from .reference import Metadata, Reference
from .values import as_json, as_text

Escape: TypeAlias = Literal["json", "none"]
"""`json`: values stay values where the text is JSON. `none`: as the platform writes them."""

LONGEST = 16 * 1024 * 1024
"""Characters of a text with its values in it, at the most."""

_COMPARED = 16  # unknown names of one text that get their nearest
_PAIRS = re.compile(r"\\[\s\S]")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A reference in whose place nothing was written, and why."""

    reference: Reference
    """Which."""
    nearest: str | None
    """The known name that comes nearest; None where none is near, or it is the filter that fails."""
    sentence: str
    """What is wrong, with the nearest name in it."""

    @property
    def line(self) -> int:
        """Where it stands, counted from 1."""
        return self.reference.line

    @property
    def column(self) -> int:
        """Where in that line, in characters, counted from 1."""
        return self.reference.column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text with values in the places of its references."""

    text: str = field(repr=False)
    """As it is to be sent."""
    unknown: tuple[Unknown, ...] = ()
    """References that named nothing, in their order."""
    starts: tuple[int, ...] = field(default=(), repr=False)
    """Where in the text the value of each reference begins."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text as it was read. Its `repr` shows the references alone."""

    plains: tuple[str, ...] = field(repr=False)
    """The text before each reference, and behind the last one."""
    references: tuple[Reference, ...]
    """In their order."""

    def render(self, metadata: Metadata, *, escape: Escape = "json") -> Rendered:
        """Write values in the places of the references, once: what a value holds is never read.

        With `json`, inside a string of a JSON text a value is escaped as part of that string (a list or
        a table as JSON text), and elsewhere it is written as a JSON value: text in quotes, and null for
        None and for what is unknown. With `none`, as nunjucks does it.

        Raises:
            BadReference: a value is nested too deep to be written, the whole would be longer than
                `LONGEST`, or a backslash stands right before a reference in a JSON string.
        """
        writing = _Writing(metadata)
        inside = self._inside_strings() if escape == "json" else (None for _ in self.references)
        pieces = [self.plains[0]]
        length, starts, at = sum(map(len, self.plains)), [], len(self.plains[0])
        for reference, in_string, plain in zip(self.references, inside, self.plains[1:], strict=True):
            written = writing.written(reference, in_string)
            length += len(written)
            if length > LONGEST:
                raise _cannot(
                    reference, f"with its values the text is longer than {LONGEST} characters"
                )
            pieces += written, plain
            starts.append(at)
            at += len(written) + len(plain)
        return Rendered("".join(pieces), tuple(writing.unknown), tuple(starts))

    def filled(self, value: Callable[[Reference], str]) -> str:
        """The text with what a function says in the place of each reference, as it stands."""
        pieces = [self.plains[0]]
        for reference, plain in zip(self.references, self.plains[1:], strict=True):
            pieces += value(reference), plain
        return "".join(pieces)

    def _inside_strings(self) -> Iterator[bool]:
        """For each reference, whether it stands in a string, were the text JSON."""
        inside = False
        for plain, reference in zip(self.plains, self.references, strict=False):
            # Outside of strings JSON has no backslash, so there a pair hides no quote that counts.
            unescaped = _PAIRS.sub("", plain) if "\\" in plain else plain
            inside ^= unescaped.count('"') % 2 == 1
            if inside and unescaped.endswith("\\"):
                raise _cannot(
                    reference, "a backslash before a reference would escape its value's start"
                )
            yield inside


class _Writing:
    """Values of one text: each is looked up, filtered and written once, however often it is named."""

    def __init__(self, metadata: Metadata) -> None:
        self.unknown: list[Unknown] = []
        self._metadata = metadata
        self._known: list[str] | None = None
        self._written: dict[object, str] = {}
        self._wrong: dict[object, tuple[str | None, str]] = {}

    def written(self, reference: Reference, in_string: bool | None) -> str:
        """What stands in a reference's place; `in_string` is None where nothing is escaped."""
        key = (reference.root, reference.path, reference.filters, in_string)
        written = self._written.get(key)
        if written is None:
            try:
                written = _as(self._value(reference), in_string)
            except NotFiltered as wrong:
                self._wrong[key[:3]] = (None, f"{wrong}, and {shown(reference.name)} is none")
                written = _as(MISSING, in_string)
            except ValueError as wrong:
                raise _cannot(
                    reference, f"{shown(reference.name)} cannot be written: {wrong}"
                ) from None
            self._written[key] = written
        if (problem := self._wrong.get(key[:3])) is not None:
            self.unknown.append(Unknown(reference, *problem))
        return written

    def _value(self, reference: Reference) -> object:
        value = look_up(self._metadata, reference.root, reference.path)
        if value is MISSING:
            self._wrong[reference.root, reference.path, reference.filters] = self._missing(reference)
            return value
        for name in reference.filters:
            value = FILTERS[name](value)
        return value

    def _missing(self, reference: Reference) -> tuple[str | None, str]:
        name, near = reference.name, None
        if len(self._wrong) < _COMPARED:
            if self._known is None:
                self._known = known_names(self._metadata)
            near = nearest(name, self._known)
        return near, f"there is no {shown(name)}" + (f"; did you mean {near}?" if near else "")


def _as(value: object, in_string: bool | None) -> str:
    if value is MISSING:
        return "null" if in_string is False else ""
    if in_string is None:
        return as_text(value)
    if not in_string:
        return value if isinstance(value, Json) else as_json(value)
    if isinstance(value, str):
        text: str = value
    else:
        text = as_json(value) if isinstance(value, Mapping | list | tuple) else as_text(value)
    return as_json(text)[1:-1]


def _cannot(reference: Reference, sentence: str) -> BadReference:
    source = reference.source if len(reference.source) <= 60 else reference.source[:59] + "…"
    shown_source = "".join(char if char.isprintable() else " " for char in source)
    return BadReference(sentence, reference.line, reference.column, f"    {shown_source}\n    ^")
