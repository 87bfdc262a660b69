"""The ways in which libraries write one JSON document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .form import Form

_PARSE = 60  # bytes of SHA-256 a byte; measured, as are the other weights
_DUMP = 45
_WALK = 115  # the standard library indents in Python, not in C
_SCAN = 110
_ESCAPE = 40

# White space outside of strings is what stands between the runs; possessive, so that it is linear.
_RUNS = re.compile(rb'(?:"(?:[^"\\]++|\\.)*+"|[^" \t\r\n]++)++', re.DOTALL)
_PUNCTUATED = re.compile(rb'((?:"(?:[^"\\]++|\\.)*+"|[^",:])*+)([,:])', re.DOTALL)
# Where JavaScript writes another number than Python does: 1.0, 1e5. In a string it costs a trial.
_ODD_NUMBER = re.compile(rb"[0-9](?:\.0+(?![0-9])|[eE][+-]?[0-9])|[0-9]{16}")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_U_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|.)")
_EXPONENT = re.compile(r'"(?:[^"\\]++|\\.)*+"|([0-9])(?:\.([0-9]+))?e-0([0-9])')
_DOTNET = {ord(character): f"\\u{ord(character):04X}" for character in "<>&'+`"}


def json_forms(body: bytes) -> Iterator[Form]:
    """The same document in other writing, the likeliest first. Nothing for what is no JSON.

    Those that only move white space keep numbers, escapes and doubled keys as they stand; the rest
    parse and write, as the software does that they imitate.
    """
    if body[:3] == b"\xef\xbb\xbf":
        body = body[3:]
    if body.lstrip()[:1] not in (b"{", b"[", b'"'):
        return
    document = _Document(body)
    compact = "compactly, as JSON.stringify and most libraries do"
    yield Form("json_compact", compact, _PARSE + _DUMP, lambda: document.compact().encode())
    yield Form("json_spaced", "as Python's json.dumps does", _DUMP, document.python)
    if re.search(rb"\s", body):
        without = compact + ", its white space alone taken out"
        yield Form("json_compact", without, _SCAN, document.squeezed)
    has_strange = not body.isascii() or b"\\u" in body
    if has_strange:
        yield Form(
            "json_spaced",
            "as Python's json.dumps does with ensure_ascii=False",
            _DUMP,
            lambda: document.dumped(", ", ": ").encode(),
        )
        yield Form(
            "json_ascii",
            "compactly, what is not ASCII as \\uXXXX",
            _ESCAPE,
            lambda: _escaped(document.compact()).encode(),
        )
    yield from _of_other_languages(document, body, has_strange)
    yield from _sorted(document, has_strange)
    if _ODD_NUMBER.search(body):
        yield Form("json_numbers", "with numbers as JavaScript writes them", 135, document.javascript)
    yield from _indented(document, has_strange)
    yield Form("json_spaced", "with a blank after each comma and colon", 3 * _SCAN, document.loosened)
    yield Form("body_repr", "as Python prints it: str() of a dict", 30, document.printed)


def _of_other_languages(document: _Document, body: bytes, has_strange: bool) -> Iterator[Form]:
    if b"/" in body:
        for what, make in (
            ("compactly, / as \\/ and what is not ASCII as \\uXXXX, as PHP does", document.php),
            ("compactly, / as \\/", lambda: document.compact().replace("/", "\\/").encode()),
            ("with / instead of \\/, else as it stands", lambda: body.replace(b"\\/", b"/")),
        ):
            yield Form("json_slashes", what, _ESCAPE, make)
    if re.search(rb"[<>&]|\\u00(?:3c|3e|26)", body):
        yield Form("json_html", "compactly, <, > and & as \\u003c, as Go and Rails do", 4, document.go)
    if has_strange or re.search(rb"[<>&'+`]", body):
        yield Form("json_html", "compactly, as .NET's System.Text.Json does", 170, document.dotnet)


def _sorted(document: _Document, has_strange: bool) -> Iterator[Form]:
    for what, comma, colon in (("compactly", ",", ":"), ("as Python does", ", ", ": ")):
        for ascii_only in (True, False) if has_strange else (True,):
            text = f"with its keys sorted, {what}" + ("" if ascii_only else ", not escaped")
            yield Form(
                "json_sorted",
                text,
                _DUMP,
                lambda comma=comma, colon=colon, ascii_only=ascii_only: document.dumped(  # type: ignore[misc]
                    comma, colon, sort=True, ascii_only=ascii_only
                ).encode(),
            )


def _indented(document: _Document, has_strange: bool) -> Iterator[Form]:
    weight = _WALK
    for unit, words in (("  ", "by two blanks"), ("    ", "by four blanks"), ("\t", "by tabs")):
        for ending in ("", "\n"):
            for ascii_only in (False, True) if has_strange else (False,):
                what = f"indented {words}" + (", with a line end" if ending else "")
                yield Form(
                    "json_indented",
                    what + (", escaped" if ascii_only else ""),
                    weight,
                    _indenting(document, unit, ending, ascii_only),
                )
                weight = _ESCAPE if has_strange else 6
    yield Form("json_indented", "indented as Jackson does", 125, document.jackson)
    yield Form("json_indented", "indented as PHP does", 80, document.php_pretty)


def _indenting(document: _Document, unit: str, ending: str, ascii_only: bool) -> Callable[[], bytes]:
    def make() -> bytes:
        text = document.indented().replace("\t", unit) + ending
        return (_escaped(text) if ascii_only else text).encode()

    return make


def _escaped(text: str) -> str:
    def escape(match: re.Match[str]) -> str:
        code = ord(match.group())
        if code < 0x10000:
            return f"\\u{code:04x}"
        code -= 0x10000
        return f"\\u{0xD800 | code >> 10:04x}\\u{0xDC00 | code & 0x3FF:04x}"

    return _NOT_ASCII.sub(escape, text)


class _Document:
    """One body's JSON, parsed and written once where forms share it."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._value: Any = None
        self._parsed = False
        self._compact: str | None = None
        self._indented: str | None = None

    def value(self) -> Any:
        """What it stands for.

        Raises:
            ValueError: it is no JSON, or too deep.
        """
        if not self._parsed:
            try:
                self._value = json.loads(self._body.decode())
            except RecursionError:
                raise ValueError("too deep") from None
            self._parsed = True
        return self._value

    def dumped(
        self, comma: str, colon: str, *, sort: bool = False, ascii_only: bool = False, indent: str = ""
    ) -> str:
        """Written by Python's library."""
        return json.dumps(
            self.value(),
            ensure_ascii=ascii_only,
            sort_keys=sort,
            separators=(comma, colon),
            indent=indent or None,
        )

    def compact(self) -> str:
        """Without white space, nothing escaped that need not be."""
        if self._compact is None:
            self._compact = self.dumped(",", ":")
        return self._compact

    def python(self) -> bytes:
        """`json.dumps` as it comes."""
        return self.dumped(", ", ": ", ascii_only=True).encode()

    def squeezed(self) -> bytes:
        """White space out, all else kept."""
        return b"".join(_RUNS.findall(self._body))

    def loosened(self) -> bytes:
        """A blank after each comma and colon, all else kept."""
        return _PUNCTUATED.sub(rb"\1\2 ", self.squeezed())

    def indented(self) -> str:
        """By tabs. A string of JSON holds no tab, so another unit is one replacement away."""
        if self._indented is None:
            self._indented = self.dumped(",", ": ", indent="\t")
        return self._indented

    def php(self) -> bytes:
        """`json_encode` as it comes."""
        return _escaped(self.compact().replace("/", "\\/")).encode()

    def php_pretty(self) -> bytes:
        """`JSON_PRETTY_PRINT`."""
        return _escaped(self.indented().replace("\t", "    ").replace("/", "\\/")).encode()

    def jackson(self) -> bytes:
        """`writerWithDefaultPrettyPrinter`: two blanks, and one on either side of a colon."""
        return self.dumped(",", " : ", indent="  ").encode()

    def go(self) -> bytes:
        """What Go's `json.Marshal` and Rails escape for the sake of HTML."""
        text = self.compact()
        for character in "<>&\u2028\u2029":
            text = text.replace(character, f"\\u{ord(character):04x}")
        return text.encode()

    def dotnet(self) -> bytes:
        """`System.Text.Json`: hexadecimal digits of escapes in upper case, quotes escaped too."""
        escaped = _escaped(self.compact())

        def upper(match: re.Match[str]) -> str:
            if match.group(1):
                return "\\u" + match.group(1).upper()
            return "\\u0022" if match.group() == '\\"' else match.group()

        return _U_ESCAPE.sub(upper, escaped).translate(_DOTNET).encode()

    def javascript(self) -> bytes:
        """`JSON.stringify(JSON.parse(body))`, numbers included."""
        value = json.loads(self._body.decode(), parse_float=_number, parse_int=_whole)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _EXPONENT.sub(_exponent, text).encode()

    def printed(self) -> bytes | None:
        """`str()` of the dict or list that Python parsed."""
        value = self.value()
        return None if isinstance(value, str) else str(value).encode()


def _number(text: str) -> float:
    """A float that JavaScript writes as digits alone is written as an integer of those digits."""
    number = float(text)
    if not number.is_integer() or abs(number) >= 1e21:
        return number
    digits, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = digits.partition(".")
    power = int(exponent or 0)
    size = int(whole + fraction[:power].ljust(power, "0"))
    return -size if number < 0 else size


def _whole(text: str) -> float:
    """Beyond 15 digits an integer is a float to JavaScript."""
    return int(text) if len(text) < 16 else _number(text)


def _exponent(match: re.Match[str]) -> str:
    """Python writes 1e-05 and 1e-07; JavaScript 0.00001 and 1e-7."""
    whole, fraction, power = match.groups()
    if whole is None:
        return match.group()
    digits = whole + (fraction or "")
    if power in "56":
        return "0." + "0" * (int(power) - 1) + digits
    return f"{whole}{'.' + fraction if fraction else ''}e-{power}"
