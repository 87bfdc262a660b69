"""Text that came from anywhere, shown so that it does nothing to a browser or to the eye. Pure."""

from __future__ import annotations

import codecs

_KEPT = "\n\t"


def inert(text: str) -> str:
    """A text with what cannot be seen written out, but for line ends and tabs.

    That is what turns the direction of writing, what takes no room, and what acts on a terminal. (The
    markup of a page is the template's to escape.)
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in _KEPT else char.encode("unicode_escape").decode()
        for char in text
    )


def text_of(data: bytes) -> str:
    """Bytes as inert text: what is no UTF-8 is written as `\\xff`."""
    return inert(data.replace(b"\r\n", b"\n").decode("utf-8", "backslashreplace"))


def piece(data: bytes, start: int, size: int) -> tuple[int, int]:
    """Where the piece of a body begins and ends that is shown for a place in it, in bytes.

    Args:
        data: the body.
        start: the place; in the middle of a character, that character's beginning.
        size: bytes of a piece, about; at least 8.
    """
    begin = _at_character(data, max(0, min(start, len(data))))
    return begin, _at_character(data, min(begin + size, len(data)))


def is_text(data: bytes) -> bool:
    """Whether it is UTF-8 as far as it goes; a character that is cut off at the end does no harm."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def _at_character(data: bytes, place: int) -> int:
    for back in range(4):
        at = place - back
        if at <= 0 or at >= len(data) or data[at] & 0xC0 != 0x80:
            return max(0, at)
    return place
