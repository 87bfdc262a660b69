"""Reading mrkdwn, Slack's markup of texts, into a tree.

What is read is what docs.slack.dev, "Formatting message text", lists: `*bold*`, `_italic_`, `~strike~`,
`` `code` ``, code between three backticks, `>` before a quoted line (and `>>>` before all the rest, as
Slack's help pages have it), `<…>` for links and mentions, and `&amp;`, `&lt;`, `&gt;` for the three
characters that mean something; a bare URL is a link too. Lists have no markup there, and stay text.
Where a mark may open and close is not said in full: here it opens before, and closes behind, something
that is no blank, and not amid a word.

Any text is read, in time linear in its length. What is no markup is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .spans import Code, Pre, Quote, Span, Style, Styled, Text, joined
from .special import bare, special, unescaped

_FENCE = "```"
_QUOTES = re.compile(r"(?:>|&gt;)(>>|&gt;&gt;)? ?")
_PIECE = re.compile(r"<[^<>\n]+>|[`*_~]|https?://[^\s<>`]+")
_AFTER_URL = ".,;:!?'\")]}*_~"  # what ends a sentence, or a style, rather than a URL
_STYLES: dict[str, Style] = {"*": "bold", "_": "italic", "~": "strike"}


def parse(text: str) -> tuple[Span, ...]:
    """Read a text.

    Args:
        text: as it was sent; any text, of any length.
    """
    return joined(_fenced(text.replace("\r\n", "\n")))


def _fenced(text: str) -> Iterator[Span]:
    """What is between three backticks, and what is not."""
    place = 0
    while (start := text.find(_FENCE, place)) >= 0:
        end = text.find(_FENCE, start + 3)
        if end < 0:
            break
        if code := text[start + 3 : end].strip("\n"):
            yield from _lines(text[place:start].removesuffix("\n"))
            yield Pre(unescaped(code))
        else:
            yield from _lines(text[place : end + 3])
        place = end + 3
        if code and text.startswith("\n", place):
            place += 1
    yield from _lines(text[place:])


def _lines(text: str) -> Iterator[Span]:
    """Quoted lines, those side by side as one quote, and the others."""
    quoted: list[str] = []
    rest: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        mark = _QUOTES.match(line)
        if mark is None:
            yield from _quote(quoted)
            quoted = []
            rest.append(line)
            continue
        if rest:
            yield from _joined_lines(rest)
            rest = []
        quoted.append(line[mark.end() :])
        if mark[1]:
            quoted += lines[number + 1 :]
            break
    yield from _quote(quoted)
    yield from _joined_lines(rest)


def _quote(lines: list[str]) -> Iterator[Span]:
    if lines:
        yield Quote(joined(_joined_lines(lines)))


def _joined_lines(lines: list[str]) -> Iterator[Span]:
    for number, line in enumerate(lines):
        if number:
            yield Text("\n")
        yield from _inline(line)


class _Open:
    """A mark that was opened, and what came since."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.spans: list[Span] = []


def _inline(line: str) -> list[Span]:
    """One line. A mark that is never closed is text; each of the three is open at most once."""
    stack = [_Open("")]
    place = 0
    while (found := _PIECE.search(line, place)) is not None:
        start, end, piece = found.start(), found.end(), found[0]
        if start > place:
            stack[-1].spans.append(Text(unescaped(line[place:start])))
        if piece[0] == "<":
            stack[-1].spans.append(special(piece[1:-1]))
        elif piece == "`":
            end = _code(line, start, stack[-1].spans)
        elif len(piece) > 1:
            url = piece.rstrip(_AFTER_URL)
            end = start + len(url)
            stack[-1].spans.append(bare(url))
        else:
            _mark(line, start, stack)
        place = end
    if place < len(line):
        stack[-1].spans.append(Text(unescaped(line[place:])))
    while len(stack) > 1:
        _give_up(stack)
    return stack[0].spans


def _code(line: str, start: int, spans: list[Span]) -> int:
    """Take `` `code` ``, or what is none; where it ends."""
    end = line.find("`", start + 1)
    if end < 0:
        spans.append(Text("`"))
        return start + 1
    inside = line[start + 1 : end]
    spans.append(Code(unescaped(inside)) if inside else Text("``"))
    return end + 1


def _mark(line: str, place: int, stack: list[_Open]) -> None:
    """Close the stretch that this mark opened, open one, or take it as text."""
    mark = line[place]
    before = line[place - 1 : place]
    after = line[place + 1 : place + 2]
    opened = next((n for n, one in enumerate(stack) if one.mark == mark), 0)
    if opened and not before.isspace() and not _is_word(after):
        while len(stack) - 1 > opened:
            _give_up(stack)
        if inner := stack.pop().spans:
            stack[-1].spans.append(Styled(_STYLES[mark], joined(inner)))
        else:
            stack[-1].spans.append(Text(mark * 2))
    elif not opened and after.strip() and not _is_word(before):
        stack.append(_Open(mark))
    else:
        stack[-1].spans.append(Text(mark))


def _give_up(stack: list[_Open]) -> None:
    """The mark that was opened last was none."""
    closed = stack.pop()
    stack[-1].spans += [Text(closed.mark), *closed.spans]


def _is_word(character: str) -> bool:
    return character.isalnum()
