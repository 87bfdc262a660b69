"""What else than the scheme's own text is signed by mistake."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Use = Literal["body", "nothing", "digest"]
"""What of the body is signed: its bytes, nothing, or its SHA-256 in hexadecimal."""

_SEPARATORS = ("", ":", ",", "\n", "-", "_", "|", " ", "&", "+", ";", "/", "..", "\\n", "\r\n")
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII).fullmatch


class Layout(NamedTuple):
    """Signed are `before`, of the body what `use` says, and `after`."""

    before: bytes
    after: bytes = b""
    use: Use = "body"
    code: str = ""
    """Empty for the scheme's own."""
    what: str = ""

    def texts(self, body: bytes) -> tuple[bytes, bytes, bytes]:
        """The three pieces to hash."""
        if self.use == "body":
            return self.before, body, self.after
        if self.use == "nothing":
            return self.before, b"", self.after
        return self.before, hashlib.sha256(body).hexdigest().encode(), self.after


def own_layouts(scheme: str, times: list[str], ids: list[str]) -> list[Layout]:
    """What a shipped scheme signs, for each time and id that the headers hold."""
    if scheme in ("http-task", "stripe"):
        return [Layout(_ascii(f"{time}.")) for time in times]
    if scheme == "slack":
        return [Layout(_ascii(f"v0:{time}:")) for time in times]
    if scheme == "standard-webhooks":
        return [Layout(_ascii(f"{name}.{time}.")) for name in ids for time in times]
    return [Layout(b"")]


def other_layouts(scheme: str, times: list[str], ids: list[str]) -> Iterator[Layout]:
    """Every other text that is signed by mistake, the likeliest first."""
    for time in times:
        for other, what in _other_units(time):
            for own in own_layouts(scheme, [other], ids):
                yield own._replace(code="signed_time_unit", what=what)
    yield Layout(b"", code="signed_body_alone", what="the body alone, without the time")
    for time in times:
        yield from _of_time(scheme, time, ids)
    yield Layout(b"", use="digest", code="signed_body_digest", what="the body's SHA-256, not the body")


def _of_time(scheme: str, time: str, ids: list[str]) -> Iterator[Layout]:
    stem = _ascii(time)
    for separator in _SEPARATORS:
        what = f"{_in_words(separator)} between time and body"
        yield Layout(stem + separator.encode(), code="signed_separator", what=what)
    if scheme in ("standard-webhooks", "slack"):
        yield Layout(
            stem + b".", code="signed_as_other_scheme", what="as http-task does: time, dot, body"
        )
    if scheme != "slack":
        yield Layout(
            _ascii(f"v0:{time}:"), code="signed_as_other_scheme", what="as Slack does: v0:time:body"
        )
    for name in ids:
        for separator in ("", ":", ",", "\n"):
            text = _ascii(f"{name}{separator}{time}{separator}")
            what = f"{_in_words(separator)} between id, time and body"
            yield Layout(text, code="signed_separator", what=what)
        if scheme == "standard-webhooks":
            yield Layout(_ascii(f"{time}.{name}."), code="signed_order", what="time before id")
            yield Layout(_ascii(f"{name}."), code="signed_without_time", what="the id and the body")
        else:
            yield Layout(
                _ascii(f"{name}.{time}."),
                code="signed_as_other_scheme",
                what="as Standard Webhooks does: id, dot, time, dot, body",
            )
    for separator in (".", "", ":", "\n", ",", "-", "|"):
        after = separator.encode() + stem
        yield Layout(b"", after, code="signed_order", what="the body before the time")
    yield Layout(stem, use="nothing", code="signed_time_alone", what="the time alone, without the body")
    yield Layout(_ascii(f"t={time}."), code="signed_element", what="t= and the time, a dot, the body")
    yield Layout(_ascii(f"t={time},"), code="signed_element", what="t= and the time, a comma, the body")
    yield Layout(
        stem + b".", use="digest", code="signed_body_digest", what="the body's SHA-256, not the body"
    )


def _other_units(time: str) -> Iterator[tuple[str, str]]:
    whole = time.partition(".")[0]
    if not _NUMBER(whole):
        return
    number = int(whole)
    if whole != time:
        yield whole, "the time without its fraction"
    if number >= 100_000_000_000:
        yield str(number // 1000), "the time divided by 1000 (seconds, where milliseconds are sent)"
        yield f"{number / 1000}", "the time in seconds with a fraction"
    yield f"{number}000", "the time times 1000 (milliseconds, where seconds are sent)"
    yield f"{number}.0", "the time written as a floating-point number"
    if number >= 10**15:
        yield str(number // 10**6), "the time divided by a million"
        yield str(number // 10**9), "the time divided by a thousand million"


def _in_words(separator: str) -> str:
    names = {"": "nothing", "\n": "a line feed", " ": "a blank", "\r\n": "CR and LF"}
    return names.get(separator, separator)


def _ascii(text: str) -> bytes:
    return text.encode("utf-8", "replace")
