"""What a text of Slack's is made of: a tree of five levels at the most.

A `Quote` may hold `Styled`, these hold each other at most three deep (one bold, one italic, one struck
through), and all the rest are leaves. Every text in it is as a person reads it: escapes undone, and
whatever characters the sender chose, so that whoever prints it makes it harmless for its own medium.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Style = Literal["bold", "italic", "strike"]
"""How a stretch of text is set."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words; a line break is `\\n`. Emoji stay as they are written: `:tada:`."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """`code`, in one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Pre:
    """Lines of code, in a box of their own."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link. Its URL begins with `http://`, `https://` or `mailto:`: any other one is `Text`."""

    url: str
    label: str
    """What is shown: the URL where the sender gave nothing."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something of the workspace."""

    kind: Literal["user", "channel", "group", "all"]
    """`all`: everybody who is `here`, in the `channel`, or `everyone`."""
    label: str
    """What is shown, `@` or `#` in front: its name, or its id where the sender gave none."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A stretch that is set in another way."""

    style: Style
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines that are quoted, in a box of their own."""

    spans: tuple[Span, ...]


Span: TypeAlias = Text | Code | Pre | Link | Mention | Styled | Quote
"""One piece of a text."""


def plain(spans: Iterable[Span]) -> str:
    """The words alone."""
    return "".join(
        plain(span.spans)
        if isinstance(span, Styled | Quote)
        else span.label
        if isinstance(span, Link | Mention)
        else span.text
        for span in spans
    )


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same, with texts that stand side by side made one, and empty ones left out."""
    done: list[Span] = []
    run: list[str] = []
    for span in spans:
        if isinstance(span, Text):
            run.append(span.text)
            continue
        if text := "".join(run):
            done.append(Text(text))
        run = []
        done.append(span)
    if text := "".join(run):
        done.append(Text(text))
    return tuple(done)
