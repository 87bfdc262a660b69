"""How each fault is made: from the segments behind its name to its acts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import unquote

from hookproof_runtime.units import parse_duration

from .acts import Act, Close, Drip, Flood, Hold, Made, Reset, Send
from .answers import CHUNKED, GARBAGE, HEAD, INTERIM, PIECE, UNTIL_THE_END, answer, bomb, with_lengths

LONGEST_S = 60.0
"""Seconds after which a fault is over at the latest."""
DRIP_S = 40.0
"""Seconds that a drip takes unless its path says otherwise: more than the platform's 30."""
MOST_FIELDS = 100_000
"""Header fields of the largest flood that ends."""

_EVERY_S = 0.1  # between two drops
_VISIBLE = re.compile(r"[!-~]([ -~]{0,2000}[!-~])?").fullmatch
_STATUS = re.compile(r"[2-9][0-9]{2}").fullmatch
_NUMBER = re.compile(r"[1-9][0-9]{0,5}").fullmatch

Segments: TypeAlias = Sequence[str]
Maker: TypeAlias = Callable[[Segments], Made]


class NoSuchFault(ValueError):
    """A path names no fault; the sentence says what is wrong with it."""


def span(text: str) -> float:
    """Seconds, of `2s` or `500ms`.

    Raises:
        NoSuchFault: it is no span of time, or longer than `LONGEST_S`.
    """
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise NoSuchFault(str(error)) from error
    if seconds > LONGEST_S:
        raise NoSuchFault(f"{text} is longer than {LONGEST_S:g} s")
    return seconds


def status(segments: Segments, *fields: tuple[str, str]) -> Made:
    """A whole answer with a status.

    Raises:
        NoSuchFault: there is not one segment, 200 to 999.
    """
    return Made((Send(answer(_code(segments), *fields)),))


def _code(segments: Segments) -> int:
    if len(segments) != 1 or not _STATUS(segments[0]):
        raise NoSuchFault(f"{'/'.join(segments)!r} is neither a status (200 to 999) nor a fault")
    return int(segments[0])


def _text(segments: Segments) -> str:
    text = unquote("/".join(segments))
    if not _VISIBLE(text):
        raise NoSuchFault("what is to stand in a header is 1 to 2000 characters of visible ASCII")
    return text


def _one_of(segments: Segments, acts: Mapping[str, Sequence[Act]]) -> Made:
    if len(segments) != 1 or segments[0] not in acts:
        raise NoSuchFault(f"say which: {'|'.join(acts)}")
    return Made(tuple(acts[segments[0]]))


def _retry_after(segments: Segments) -> Made:
    return status(segments[1:] or ["503"], ("Retry-After", _text(segments[:1])))


def _redirect(segments: Segments) -> Made:
    if not 300 <= _code(segments[:1]) <= 399 or segments[1:2] != ["to"]:
        raise NoSuchFault("say which of 300 to 399, and where: redirect/307/to/204")
    where = _text(segments[2:])
    if not where.startswith(("http://", "https://")):
        where = "/" + where
    return status(segments[:1], ("Location", where))


def _early(segments: Segments) -> Made:
    whole = answer(_code(segments or ["413"]), ("Connection", "close"))
    return Made((Send(whole), Close()), reads="nothing")


def _stale(segments: Segments) -> Made:
    return Made((Send(answer(_code(segments or ["200"]), ("Keep-Alive", "timeout=60"))), Close()))


def _twice(segments: Segments) -> Made:
    return Made((Send(answer(200) + answer(_code(segments or ["500"]))),))


DRIPS = {
    "head": (HEAD + b"X-Drip: ", b"x", b"\r\nContent-Length: 0\r\n\r\n"),
    "body": (UNTIL_THE_END, b"x", b""),
    "chunks": (CHUNKED, b"1\r\nx\r\n", b"0\r\n\r\n"),
    "100-continue": (b"", INTERIM, answer(200)),
}
"""What can drip: what comes before, the drop, what comes behind."""


def _drip(segments: Segments) -> Made:
    if not 1 <= len(segments) <= 2 or segments[0] not in DRIPS:
        raise NoSuchFault(f"say what drips: {'|'.join(DRIPS)}")
    seconds = span(segments[1]) if len(segments) == 2 else DRIP_S
    first, piece, last = DRIPS[segments[0]]
    times = max(1, round(seconds / _EVERY_S))
    return Made((Send(first), Drip(piece, times, seconds / times), Send(last), Close()))


FLOODS = {
    "head": (HEAD, b"A: b\r\n"),
    "line": (HEAD + b"A: ", b"x"),
    "body": (UNTIL_THE_END, b"x"),
    "chunks": (CHUNKED, b"3f9\r\n%b\r\n" % (b"x" * 0x3F9)),
    "100-continue": (b"", INTERIM),
}
"""What can be endless: what comes before, and what comes over and over."""


def _endless(segments: Segments) -> Made:
    floods = {
        name: (Send(first), Flood(piece * (PIECE // len(piece))))
        for name, (first, piece) in FLOODS.items()
    }
    return _one_of(segments or ["body"], floods)


PLACES = {
    "mid-request": b"",
    "after-request": b"",
    "mid-head": HEAD + b"Content-Le",
    "mid-answer": with_lengths("20"),
}
"""Where an exchange can end, and what was answered by then."""


def _ends(act: Act) -> Maker:
    def make(segments: Segments) -> Made:
        segments = segments or ["after-request"]
        made = _one_of(segments, {place: (Send(said), act) for place, said in PLACES.items()})
        return Made(made.acts, reads="half") if segments[0] == "mid-request" else made

    return make


BOTH = HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
LENGTHS = {
    "short": with_lengths("5"),
    "long": with_lengths("1000"),
    "two": with_lengths("5", "10"),
    "signed": with_lengths("+10"),
    "and-chunked": BOTH,
}
"""Lengths that are wrong, of 10 bytes; and one that is not asked for."""
CHUNKS = {
    "bad": CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n",
    "cut": CHUNKED + b"a\r\nhello",
    "no-end": CHUNKED + b"5\r\nhello\r\n",
}
"""Chunked bodies that are none."""


def _says(answers: Mapping[str, bytes]) -> Maker:
    ending = {name: (Send(data), Close()) for name, data in answers.items()}
    return lambda segments: _one_of(segments, ending)


def _header_flood(segments: Segments) -> Made:
    text = "/".join(segments) or "10000"
    if not _NUMBER(text) or int(text) > MOST_FIELDS:
        raise NoSuchFault(f"say how many fields: 1 to {MOST_FIELDS}")
    return Made((Send(answer(200, *[("X-Flood", "x" * 20)] * int(text))),))


def _alone(segments: Segments) -> None:
    if segments:
        raise NoSuchFault(f"nothing may follow here, but {'/'.join(segments)!r} does")


def _gzip_bomb(segments: Segments) -> Made:
    _alone(segments)
    return Made((Send(bomb()),))


def _garbage(segments: Segments) -> Made:
    _alone(segments)
    return Made((Send(GARBAGE), Close()))


MAKERS: Mapping[str, Maker] = {
    "retry-after": _retry_after,
    "redirect": _redirect,
    "early": _early,
    "twice": _twice,
    "stale": _stale,
    "drip": _drip,
    "endless": _endless,
    "reset": _ends(Reset()),
    "close": _ends(Close()),
    "silent": _ends(Hold()),
    "length": _says(LENGTHS),
    "chunks": _says(CHUNKS),
    "header-flood": _header_flood,
    "gzip-bomb": _gzip_bomb,
    "garbage": _garbage,
}
"""By name; each raises `NoSuchFault` where the segments behind it make no sense."""
