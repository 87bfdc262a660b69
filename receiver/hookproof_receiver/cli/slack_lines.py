"""A message of Slack's as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from hookproof_runtime.command_line import printable

from ..slack.parts import (
    Actions,
    Attachment,
    Context,
    Divider,
    Fields,
    Header,
    Image,
    Part,
    Reading,
    Unread,
    Words,
)
from ..slack.spans import Code, Link, Mention, Pre, Quote, Span, Styled

_STYLES = {
    "bold": {"bold": True},
    "italic": {"italic": True},
    "strike": {"strikethrough": True},
}


def message_lines(reading: Reading, *, styled: bool) -> list[str]:
    """The lines; none where there is nothing to be seen.

    Whatever a terminal might act on is written out, wherever it stands.

    Args:
        reading: the message.
        styled: set bold, italic and the like as a terminal can; False leaves the words alone.
    """
    lines = [line for part in reading.parts for line in _part(part, styled)]
    for attachment in reading.attachments:
        lines += _attachment(attachment, styled)
    return lines


def _attachment(attachment: Attachment, styled: bool) -> Iterator[str]:
    for part in attachment.parts:
        for line in _part(part, styled):
            yield f"| {line}"


def _part(part: Part, styled: bool) -> list[str]:
    match part:
        case Words(spans):
            return _lines(spans, styled)
        case Header(text):
            return [_set(printable(text), styled, bold=True)]
        case Divider():
            return ["-" * 40]
        case Image():
            return [_image(part, styled)]
        case Context(elements):
            shown = (
                _image(one, styled) if isinstance(one, Image) else " ".join(_lines(one.spans, styled))
                for one in elements
            )
            return ["  ".join(shown)]
        case Fields(fields):
            return [line for words in fields for line in _lines(words.spans, styled)]
        case Actions(labels):
            return [" ".join(f"[{printable(label)}]" for label in labels)]
        case Unread(type):
            return [f"(a block of the type {printable(type)!r})"]


def _image(image: Image, styled: bool) -> str:
    if image.link is None:
        return f"(image: {printable(image.alt)})"
    return f"(image: {printable(image.alt)}) {_set(printable(image.link.url), styled, underline=True)}"


def _lines(spans: Iterable[Span], styled: bool) -> list[str]:
    """Quotes and code in lines stand on lines of their own, whatever is around them."""
    lines: list[str] = []
    run: list[str] = []

    def flush() -> None:
        if run:
            lines.extend("".join(run).split("\n"))
            run.clear()

    for span in spans:
        if isinstance(span, Quote):
            flush()
            lines += [f"> {line}" for line in _lines(span.spans, styled)]
        elif isinstance(span, Pre):
            flush()
            lines += [f"    {_harmless(line)}" for line in span.text.split("\n")]
        else:
            run.append(_inline(span, styled))
    flush()
    return lines


def _inline(span: Span, styled: bool) -> str:
    match span:
        case Styled(style, spans):
            inner = "".join(_inline(one, styled) for one in spans)
            return _set(inner, styled, **_STYLES[style])
        case Link(url, label):
            shown = _set(printable(url), styled, underline=True)
            return shown if label == url else f"{printable(label)} ({shown})"
        case Mention(_, label):
            return _set(printable(label), styled, bold=True)
        case Code(text):
            return f"`{_harmless(text)}`"
        case Quote(spans):
            return "".join(_inline(one, styled) for one in spans)
        case _:
            return _harmless(span.text)


def _harmless(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _set(text: str, styled: bool, **how: bool) -> str:
    return click.style(text, **how) if styled and text else text
