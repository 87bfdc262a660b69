"""Text that came from anywhere, written so that it does nothing to a terminal. Pure."""

from __future__ import annotations


def printable(text: str) -> str:
    """A text with every character that a terminal might act on written out."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def printable_lines(text: str) -> str:
    """The same of several lines: their ends and their tabs stay."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))
