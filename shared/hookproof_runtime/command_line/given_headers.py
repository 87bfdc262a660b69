"""Headers among the words of a command: no token is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookproof.errors import BadConfiguration

from ..masking import masked_headers
from .request import parse_headers, read_body


def given_headers(words: Iterable[str]) -> dict[str, str]:
    """What `--header 'Name: value'` and `--header @FILE` say together.

    Raises:
        BadConfiguration: one is no header, or stands twice; one that may hold a token stands among
            the words; a file cannot be read. No sentence repeats a value.
    """
    pairs = [pair for word in words for pair in _pairs(word)]
    headers = dict(pairs)
    if len(headers) < len(pairs):
        raise BadConfiguration("a header stands twice: keep one")
    return headers


def _pairs(word: str) -> Iterator[tuple[str, str]]:
    if word.startswith("@"):
        yield from parse_headers(filter(str.strip, _text(word[1:]).splitlines()))
        return
    (pair,) = parse_headers([word])
    if masked_headers([pair]) != (pair,):
        raise BadConfiguration(
            f"the header {pair[0]} may hold a token, and others on this machine can read a command's "
            "words: write the line into a file, and give --header @FILE (@- for standard input)"
        )
    yield pair


def _text(place: str) -> str:
    try:
        return read_body(place).decode()
    except UnicodeDecodeError as error:
        raise BadConfiguration(f"headers are text: {place} is not UTF-8") from error
