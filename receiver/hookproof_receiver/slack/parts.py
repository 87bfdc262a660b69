"""What a message of Slack's is made of, one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .spans import Link, Span


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """A heading, without markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image, by the words that stand for it: it is never loaded from here."""

    alt: str
    link: Link | None
    """Where it is; None where that is no link."""


@dataclass(frozen=True, slots=True)
class Context:
    """Small print: words and images in a row."""

    elements: tuple[Words | Image, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Short texts in two columns, row by row."""

    fields: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons and menus, by their labels: they do nothing here."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A block of a type that is not read here."""

    type: str


Part: TypeAlias = Words | Header | Divider | Image | Context | Fields | Actions | Unread
"""One block of a message."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What stands below the message, beside a bar."""

    color: str
    """The bar's: `#` and six hexadecimal digits in lower case; empty for the usual one."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as a person sees it."""

    author: str
    """The app's name, as the message gives it; empty where it gives none."""
    icon: str
    """The app's emoji, as the message gives it: `:tada:`; empty where it gives none."""
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
