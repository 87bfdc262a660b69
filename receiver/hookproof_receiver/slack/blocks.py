"""Reading a whole message: its text or its blocks, and its attachments.

The blocks are those of docs.slack.dev, "Blocks". Where a message has blocks, its `text` is what a
notification shows, and is not shown in the channel. Anything JSON can say is read: what is not as it
should be is left out, and a block of an unknown type is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .channel import Message
from .mrkdwn import parse
from .parts import (
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
from .payload import MOST_ATTACHMENTS, MOST_BLOCKS, parsed
from .rich_text import rich_text
from .spans import Link, Span, Styled, Text
from .special import as_link
from .values import listed, mapping, text_of

_COLORS = {"good": "#2eb67d", "warning": "#ecb22e", "danger": "#e01e5a"}
_COLOR = re.compile(r"#?([0-9a-f]{6})")


def reading_of(message: Message) -> Reading:
    """Read a message that was kept."""
    try:
        content = parsed(message.payload)
    except ValueError:  # nested just so deep that it was read then, and is not from here
        content = {"text": message.text}
    return read_message(content)


def read_message(content: Mapping[str, Any]) -> Reading:
    """Read a message.

    Args:
        content: what was posted, parsed.
    """
    parts = tuple(_blocks(content.get("blocks"))) or tuple(
        _words(text_of(content.get("text")), markup=content.get("mrkdwn") is not False)
    )
    attachments = tuple(map(_attachment, listed(content.get("attachments"), MOST_ATTACHMENTS)))
    return Reading(
        author=text_of(content.get("username")),
        icon=text_of(content.get("icon_emoji")),
        parts=parts,
        attachments=tuple(one for one in attachments if one.parts),
    )


def _blocks(value: Any) -> Iterator[Part]:
    for block in listed(value, MOST_BLOCKS):
        yield from _block(mapping(block))


def _block(block: Mapping[str, Any]) -> Iterator[Part]:
    match block.get("type"):
        case "section":
            yield from _written(block.get("text"))
            yield from _fields(block.get("fields"))
            yield from _accessory(mapping(block.get("accessory")))
        case "header":
            if text := text_of(mapping(block.get("text")).get("text")):
                yield Header(text)
        case "divider":
            yield Divider()
        case "context":
            if elements := tuple(_elements(block.get("elements"))):
                yield Context(elements)
        case "image":
            yield from _words(text_of(mapping(block.get("title")).get("text")), markup=False)
            yield _image(block)
        case "actions":
            yield from _actions(listed(block.get("elements")))
        case "rich_text":
            if spans := rich_text(block.get("elements")):
                yield Words(spans)
        case "markdown":  # standard Markdown, which is another language
            yield from _words(text_of(block.get("text")), markup=False)
        case other:
            yield Unread(text_of(other))


def _written(value: Any) -> Iterator[Words]:
    """A text object: markup or plain."""
    text = mapping(value)
    yield from _words(text_of(text.get("text")), markup=text.get("type") == "mrkdwn")


def _words(text: str, *, markup: bool = True) -> Iterator[Words]:
    if text.strip():
        yield Words(parse(text) if markup else (Text(text),))


def _fields(value: Any) -> Iterator[Fields]:
    fields = tuple(words for field in listed(value) for words in _written(field))
    if fields:
        yield Fields(fields)


def _accessory(element: Mapping[str, Any]) -> Iterator[Part]:
    if element.get("type") == "image":
        yield _image(element)
    elif element:
        yield from _actions([element])


def _elements(value: Any) -> Iterator[Words | Image]:
    for element in map(mapping, listed(value)):
        if element.get("type") == "image":
            yield _image(element)
        else:
            yield from _written(element)


def _image(block: Mapping[str, Any]) -> Image:
    url = text_of(block.get("image_url"))
    alt = text_of(block.get("alt_text"))
    return Image(alt or "image", Link(url, alt or url) if as_link(url) else None)


def _actions(elements: list[Any]) -> Iterator[Actions]:
    labels = tuple(filter(None, (_label(mapping(element)) for element in elements)))
    if labels:
        yield Actions(labels)


def _label(element: Mapping[str, Any]) -> str:
    """What a button says, or what a menu or field says before anything is chosen."""
    for name in "text", "placeholder":
        if text := text_of(mapping(element.get(name)).get("text")):
            return text
    return text_of(element.get("type"))


def _attachment(value: Any) -> Attachment:
    """The newer kind has blocks, the older one fields of its own."""
    content = mapping(value)
    color = text_of(content.get("color")).lower()
    found = _COLOR.fullmatch(color)
    return Attachment(
        color=f"#{found[1]}" if found else _COLORS.get(color, ""),
        parts=tuple(_blocks(content.get("blocks"))) or tuple(_older(content)),
    )


def _older(content: Mapping[str, Any]) -> Iterator[Part]:
    for name in "pretext", "author_name":
        yield from _words(text_of(content.get(name)))
    yield from _title(text_of(content.get("title")), text_of(content.get("title_link")))
    text = text_of(content.get("text"))
    yield from _words(text)
    for field in map(mapping, listed(content.get("fields"))):
        yield from _titled(text_of(field.get("title")), text_of(field.get("value")))
    if url := as_link(text_of(content.get("image_url"))):
        yield Image("image", Link(url, url))
    yield from (Context((words,)) for words in _words(text_of(content.get("footer"))))
    if not text and not content.get("title"):
        yield from _words(text_of(content.get("fallback")), markup=False)


def _title(title: str, link: str) -> Iterator[Words]:
    if title:
        span: Span = Link(link, title) if as_link(link) else Text(title)
        yield Words((Styled("bold", (span,)),))


def _titled(title: str, value: str) -> Iterator[Fields]:
    words = (*_title(title, ""), *_words(value))
    if words:
        yield Fields(words)
