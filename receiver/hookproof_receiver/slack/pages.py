"""The pages of Slack's end: a channel as people know one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hookproof.clock import to_text
from hookproof.errors import BadConfiguration

from ..pages import Asked, Page, Refused, Section, View
from ..pages.words import counted
from .blocks import reading_of
from .channel import Channel, Message
from .parts import Reading
from .service import SlackService
from .spans import Pre, Quote, Span, Text

SHOWN = 50
"""Messages on one page, at the most."""
LONGEST = 128 * 1024
"""Characters of all that it shows; whatever was posted, a page takes no minute to be made."""
NAMELESS = "incoming-webhook"
"""What an app is called that does not say its name, as with Slack."""

_TONES = 6  # avatars have so many colours: style.css


def section(service: SlackService) -> Section:
    """The section of the channels."""
    pages = _Pages(service)
    return Section(
        name="slack",
        title="Slack",
        path="/slack",
        about="Channels, and the messages that were posted there.",
        templates=Path(__file__).parent / "templates",
        views=[View("/slack", pages.listed), View("/slack/<name>", pages.shown)],
        live=lambda: counted(len(service.channels()), "channel"),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, as it stands in the channel."""

    message: Message = field(repr=False)
    author: str
    """The app's name."""
    letter: str
    """What its avatar shows."""
    tone: int
    """The avatar's colour, always the same for the same name."""
    time: str
    """`14:51`, in UTC."""
    day: str | None
    """`2026-11-24` where it is the first of that day; else None."""
    reading: Reading = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spans that stand in a line, or one that has a box of its own."""

    spans: tuple[Span, ...]
    boxed: bool


class _Pages:
    def __init__(self, service: SlackService) -> None:
        self._service = service

    def listed(self, _asked: Asked) -> Page:
        """All channels."""
        return Page("slack/channels.html", "Slack", {"channels": self._service.channels()})

    def shown(self, asked: Asked) -> Page:
        """A channel."""
        channel = self._channel(asked.path["name"])
        before = asked.number("before")
        found = self._service.messages(channel.name, before=before, limit=SHOWN + 1)
        messages = _newest(found)
        here = f"/slack/{channel.name}"
        return Page(
            "slack/channel.html",
            f"#{channel.name}",
            {
                "channels": self._service.channels(),
                "channel": channel,
                "messages": messages,
                "shown_as": _shown,  # read where the page is sent, and not where nothing came
                "stretches": stretches,
                "older": f"{here}?before={messages[0].number}" if len(messages) < len(found) else None,
                "newest": here if before else None,
            },
            watched=None if before else repr([channel.state, *(one.number for one in found)]),
        )

    def _channel(self, name: str) -> Channel:
        try:
            return self._service.channel(name)
        except BadConfiguration:
            raise Refused(404, "There is no such channel.") from None


def stretches(spans: Sequence[Span]) -> list[Stretch]:
    """A text, taken apart where a box of its own begins or ends; blank lines around boxes go."""
    found: list[Stretch] = []
    line: list[Span] = []
    for span in spans:
        if isinstance(span, Pre | Quote):
            found += [*_line(line), Stretch((span,), boxed=True)]
            line = []
        else:
            line.append(span)
    return [*found, *_line(line)]


def _line(spans: list[Span]) -> list[Stretch]:
    trimmed = list(spans)
    if trimmed and isinstance(first := trimmed[0], Text):
        trimmed[0] = Text(first.text.lstrip("\n"))
    if trimmed and isinstance(last := trimmed[-1], Text):
        trimmed[-1] = Text(last.text.rstrip("\n"))
    kept = tuple(span for span in trimmed if not isinstance(span, Text) or span.text)
    return [Stretch(kept, boxed=False)] if kept else []


def _newest(found: Sequence[Message]) -> Sequence[Message]:
    """As many as a page shows, the last one in any case."""
    left, number = LONGEST, 0
    for message in reversed(found[-SHOWN:]):
        left -= len(message.payload)
        if number and left < 0:
            break
        number += 1
    return found[len(found) - number :]


def _shown(messages: Sequence[Message]) -> Iterator[Shown]:
    day = None
    for message in messages:
        reading = reading_of(message)
        author = reading.author.strip() or NAMELESS
        written = to_text(message.received_ns)
        begins = written[:10] if written[:10] != day else None
        day = written[:10]
        letter = next((char.upper() for char in author if char.isalnum()), "?")
        tone = zlib.crc32(author.encode("utf-8", "replace")) % _TONES
        yield Shown(message, author, letter, tone, written[11:16], begins, reading)
