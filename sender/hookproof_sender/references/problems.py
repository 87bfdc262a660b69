"""What is wrong with a reference, and where."""

from __future__ import annotations

from hookproof.errors import BadConfiguration

_SHOWN = 60  # characters of a reference, at the most


class BadReference(BadConfiguration):
    """A text holds a reference that cannot be read or written.

    Its own text is the sentence with its place, then the reference as far as it was read, and a caret.
    Nothing else of the text around it is shown: a token may stand there.
    """

    def __init__(self, sentence: str, line: int, column: int, excerpt: str) -> None:
        super().__init__(sentence, line, column, excerpt)  # all in `args`, or no copy could be made
        self.sentence = sentence
        """What is wrong, and what to write instead."""
        self.line = line
        """Where, counted from 1."""
        self.column = column
        """Where in that line, in characters, counted from 1."""
        self.excerpt = excerpt
        """The reference up to there and, in a second line, the caret under its last character."""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence}\n{self.excerpt}"


def bad_reference(text: str, start: int, at: int, sentence: str) -> BadReference:
    """Make the error for one place of a text.

    Args:
        text: as it was given.
        start: where its reference begins.
        at: what is wrong; the text's length where it ends too early.
        sentence: what is wrong.
    """
    of_line = text.rfind("\n", 0, at) + 1
    read = text[max(start, of_line, at - _SHOWN) : at + 1]
    shown = "".join(char if char.isprintable() else " " for char in read)
    caret = " " * (at - max(start, of_line, at - _SHOWN)) + "^"
    line = text.count("\n", 0, at) + 1
    return BadReference(sentence, line, at - of_line + 1, f"    {shown}\n    {caret}")
