"""The words of a shell command, read as bash does: quotes of three kinds, and lines that go on."""

from __future__ import annotations

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_ANSI = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.S
)
_PIECE = re.compile(
    r"""(?P<blank>(?:\s|\\\r?\n|\^\r?\n)+)"""
    r"""|\$'(?P<ansi>(?:[^'\\]|\\.)*)'"""
    r"""|'(?P<single>[^']*)'"""
    r"""|"(?P<double>(?:[^"\\]|\\.)*)\""""
    r"""|\\(?P<escaped>.)"""
    r"""|(?P<plain>[^\s'"\\$]+|\$)""",
    re.S,
)


def words(text: str) -> list[str]:
    """The words, as the command would get them. Variables are not filled in.

    Raises:
        ValueError: a quote is not closed.
    """
    found: list[str] = []
    current: str | None = None
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise ValueError("a quote of the command is not closed")
        position = piece.end()
        kind, content = piece.lastgroup, piece.group(piece.lastgroup or 0)
        if kind == "blank":
            if current is not None:
                found.append(current)
            current = None
            continue
        if kind == "ansi":
            content = _ANSI.sub(_unescaped, content)
        elif kind == "double":
            content = re.sub(r'\\(?:\r?\n|(["\\$`]))', lambda match: match[1] or "", content)
        current = (current or "") + content
    return found if current is None else [*found, current]


def _unescaped(match: re.Match[str]) -> str:
    two, four, eight, octal, letter = match.groups()
    if two or octal:
        byte = int(two, 16) if two else int(octal, 8) & 0xFF
        return bytes([byte]).decode("utf-8", "surrogateescape")
    if four or eight:
        return chr(min(int(four or eight, 16), 0x10FFFF))
    return _ESCAPES.get(letter, letter)
