"""Reading the block `rich_text`, which says in JSON what mrkdwn says with marks.

Its elements are those of docs.slack.dev, "Rich text block": sections, lists, quotes and code; in them
texts with styles, links, emoji and mentions. Nothing nests deeper there, and nothing deeper is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .spans import Code, Link, Mention, Pre, Quote, Span, Style, Styled, Text, joined, plain
from .special import as_link
from .values import listed, mapping, text_of

_STYLES: tuple[Style, ...] = ("bold", "italic", "strike")


def rich_text(value: Any) -> tuple[Span, ...]:
    """Read the block's elements."""
    spans: list[Span] = []
    for element in map(mapping, listed(value)):
        read = list(_element(element))
        if read and spans and not isinstance(spans[-1], Pre | Quote):
            spans.append(Text("\n"))
        spans += read
    return joined(spans)


def _element(element: Mapping[str, Any]) -> Iterator[Span]:
    inside = listed(element.get("elements"), 1000)
    match element.get("type"):
        case "rich_text_section":
            yield from _section(inside)
        case "rich_text_preformatted":
            yield Pre(plain(_section(inside)))
        case "rich_text_quote":
            yield Quote(joined(_section(inside)))
        case "rich_text_list":
            yield from _list(inside, ordered=element.get("style") == "ordered")


def _list(items: list[Any], *, ordered: bool) -> Iterator[Span]:
    for number, item in enumerate(map(mapping, items), 1):
        yield Text(("\n" if number > 1 else "") + (f"{number}. " if ordered else "• "))
        yield from _section(listed(item.get("elements"), 1000))


def _section(elements: list[Any]) -> Iterator[Span]:
    for element in map(mapping, elements):
        yield from _leaf(element)


def _leaf(element: Mapping[str, Any]) -> Iterator[Span]:
    text = text_of(element.get("text"))
    match element.get("type"):
        case "text":
            yield _styled(text, mapping(element.get("style")))
        case "link":
            url = text_of(element.get("url"))
            yield Link(url, text or url) if as_link(url) else Text(text or url)
        case "emoji":
            yield Text(f":{text_of(element.get('name'))}:")
        case "user":
            yield Mention("user", "@" + text_of(element.get("user_id")))
        case "channel":
            yield Mention("channel", "#" + text_of(element.get("channel_id")))
        case "usergroup":
            yield Mention("group", "@" + text_of(element.get("usergroup_id")))
        case "broadcast":
            yield Mention("all", "@" + text_of(element.get("range")))
        case "date":
            yield Text(text_of(element.get("fallback")))


def _styled(text: str, style: Mapping[str, Any]) -> Span:
    span: Span = Code(text) if style.get("code") is True else Text(text)
    for name in _STYLES:
        if style.get(name) is True:
            span = Styled(name, (span,))
    return span
