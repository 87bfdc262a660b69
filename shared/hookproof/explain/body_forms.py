"""The forms that a body takes on its way from the sender's signature to the receiver's check."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_to_bytes, urlencode

from .budget import TRIAL, Budget
from .form import Form
from .json_forms import json_forms

_BOM = b"\xef\xbb\xbf"
_KEPT = 32 * 1024 * 1024  # bytes of forms that are kept for the search of pairs
_SOON = 10  # the weight up to which a form comes before most of JSON's
_INFLATED = 16 * 1024 * 1024  # bytes that a compressed body may become: no more is looked at


class BodyForms:
    """Every other form of one body, each made once, each text once, within a budget.

    Args:
        body: what was checked.
        content_length: what the request announced; None where it did not.
    """

    def __init__(self, body: bytes, content_length: int | None, budget: Budget) -> None:
        self.budget: Budget = budget
        """What making them may still cost."""
        self._size = len(body)
        self._seen = {hash(body)}
        self._source = _forms(body, content_length)
        self.kept: list[tuple[Form, bytes]] = []
        """What was made, up to a bound: for trying it again with another secret."""
        self._room = _KEPT
        self.made: int = 0
        """How many there were."""
        self._left_out: dict[str, None] = {}

    def left_out(self) -> list[str]:
        """What the budget did not reach, in words."""
        return [f"forms of the body: {', '.join(self._left_out)}"] if self._left_out else []

    def __iter__(self) -> Iterator[tuple[Form, bytes]]:
        for form in self._source:
            if not self.budget.spend(form.weight * self._size + TRIAL):
                self._left_out[form.code] = None
                continue
            data = _made(form)
            if data is None or hash(data) in self._seen:
                continue
            self._seen.add(hash(data))
            self.made += 1
            if len(data) <= self._room:
                self._room -= len(data)
                self.kept.append((form, data))
            yield form, data


def _made(form: Form) -> bytes | None:
    try:
        return form.make()
    except (ValueError, RecursionError, zlib.error, EOFError, OSError):
        return None  # gzip speaks in OSError; a charset and JSON in ValueError


def _forms(body: bytes, content_length: int | None) -> Iterator[Form]:
    for code, what, make in _cheap(body, content_length):
        yield Form(code, what, 1, make)
    dear = [Form(*row) for row in _dear(body)]
    in_json = json_forms(body)
    yield from islice(in_json, 2)  # the likeliest of all, so before what is merely cheap
    yield from (form for form in dear if form.weight <= _SOON)
    yield from in_json
    yield from (form for form in dear if form.weight > _SOON)


def _cheap(
    body: bytes, content_length: int | None
) -> Iterator[tuple[str, str, Callable[[], bytes | None]]]:
    yield "newline_lost", "with a line feed at its end", lambda: body + b"\n"
    yield "newline_lost", "with CR and LF at its end", lambda: body + b"\r\n"
    yield (
        "newline_added",
        "without its last line end",
        lambda: body.removesuffix(b"\n").removesuffix(b"\r"),
    )
    yield "blanks_added", "without white space at its ends", body.strip
    yield "line_ends", "with LF for CR LF", lambda: body.replace(b"\r\n", b"\n")
    yield "line_ends", "with CR LF for LF", lambda: body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "line_ends", "with CR for LF", lambda: body.replace(b"\r\n", b"\n").replace(b"\n", b"\r")
    yield "bom_added", "without its byte order mark", lambda: body.removeprefix(_BOM)
    yield "bom_lost", "with a byte order mark", lambda: _BOM + body
    yield "empty_signed", "left out: the empty text", lambda: b""
    if len(body) <= 4:
        for text in (b"{}", b"null", b'""', b"[]", b"undefined"):
            yield "empty_checked", f"as {text.decode()}", lambda text=text: text  # type: ignore[misc]
    if content_length is not None and content_length < len(body):
        yield "body_longer", "cut at its Content-Length", lambda: body[:content_length]
    yield "nul_added", "without NULs at its end", lambda: body.rstrip(b"\0")
    yield (
        "body_object",
        "as [object Object], which JavaScript makes of a parsed body",
        lambda: b"[object Object]",
    )


def _dear(body: bytes) -> Iterator[tuple[str, str, int, Callable[[], bytes | None]]]:
    if not body.isascii():
        yield (
            "charset",
            "in UTF-8, where it was read as Latin-1",
            3,
            lambda: body.decode().encode("latin-1"),
        )
        yield (
            "charset",
            "in UTF-8, where it was read as Windows-1252",
            9,
            lambda: body.decode().encode("cp1252"),
        )
        yield (
            "charset",
            "in UTF-8, where it was written in Latin-1",
            3,
            lambda: body.decode("latin-1").encode(),
        )
        yield "charset", "in Latin-1, read as UTF-8 and the rest lost", 3, lambda: _latin_replaced(body)
        yield "charset", "in ASCII, ? for all else", 3, lambda: body.decode().encode("ascii", "replace")
        yield "unicode_form", "in Unicode's composed form (NFC)", 5, lambda: _normal("NFC", body)
        yield "unicode_form", "in Unicode's decomposed form (NFD)", 12, lambda: _normal("NFD", body)
    yield "charset", "in UTF-8, where it is UTF-16", 3, lambda: _from_utf16(body)
    yield "charset", "in UTF-16", 3, lambda: body.decode().encode("utf-16")
    yield "charset", "in UTF-16 without a mark", 3, lambda: body.decode().encode("utf-16-le")
    head = body[:64].lstrip()
    if head[:1] == b'"':
        yield "json_twice", "inside the string of JSON that was checked", 60, lambda: _unwrapped(body)
    yield "json_once", "as one string of JSON", 8, lambda: json.dumps(body.decode()).encode()
    yield (
        "json_once",
        "as one string of JSON, not escaped",
        45,
        lambda: json.dumps(body.decode(), ensure_ascii=False).encode(),
    )
    yield "compressed", "as it was before compression", 10, lambda: _inflated(body)
    yield "base64_wrapped", "inside the base64 that was checked", 4, lambda: _from_base64(body)
    yield "base64_signed", "in base64", 4, lambda: b64encode(body)
    yield "percent", "percent-decoded", 20, lambda: unquote_to_bytes(body)
    yield "percent", "percent-encoded", 60, lambda: quote(body, safe="").encode()
    yield from _of_forms(body, head)
    yield "slashes_added", "without the backslashes that PHP adds", 20, lambda: _without_slashes(body)
    yield "html_entities", "without HTML's entities", 20, lambda: _unescaped(body)
    yield "body_repr", "as Python prints bytes: b'…'", 20, lambda: repr(body).encode()
    yield "decompressed", "compressed with gzip", 60, lambda: gzip.compress(body, mtime=0)
    yield (
        "decompressed",
        "compressed with gzip at level 6",
        120,
        lambda: gzip.compress(body, 6, mtime=0),
    )
    yield "decompressed", "compressed with zlib", 40, lambda: zlib.compress(body)


def _of_forms(body: bytes, head: bytes) -> Iterator[tuple[str, str, int, Callable[[], bytes | None]]]:
    if head[:1] in (b"{", b"["):
        yield "form_field", "as the form field payload", 60, lambda: b"payload=" + _plus(body)
        yield "form_decoded", "as a form, not as JSON", 90, lambda: _json_to_form(body)
    elif b"=" in body:
        yield "form_field", "as the value of the form's one field", 60, lambda: _one_field(body)
        yield "form_encoded", "as a form written by the other rules", 90, lambda: _form(body, quote)
        yield "form_encoded", "as a form written by Python", 90, lambda: _form(body, quote_plus)
        yield (
            "form_encoded",
            "as JSON, not as a form",
            90,
            lambda: json.dumps(dict(_pairs(body)), separators=(",", ":")).encode(),
        )
        yield (
            "form_decoded",
            "as the form's text, decoded",
            20,
            lambda: unquote(body.decode().replace("+", " ")).encode(),
        )


def _plus(body: bytes) -> bytes:
    return quote_plus(body).encode()


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=10_000)


def _form(body: bytes, quoting: Callable[..., str]) -> bytes:
    return urlencode(_pairs(body), quote_via=quoting).encode()


def _one_field(body: bytes) -> bytes | None:
    pairs = _pairs(body)
    return pairs[0][1].encode() if len(pairs) == 1 else None


def _json_to_form(body: bytes) -> bytes | None:
    value = json.loads(body)
    return urlencode(value, doseq=True).encode() if isinstance(value, dict) else None


def _unwrapped(body: bytes) -> bytes | None:
    value = json.loads(body)
    return value.encode() if isinstance(value, str) else None


def _from_utf16(body: bytes) -> bytes | None:
    return body.decode("utf-16").encode() if body[:2] in (b"\xff\xfe", b"\xfe\xff") else None


def _latin_replaced(body: bytes) -> bytes | None:
    return body.replace("\ufffd".encode(), b"?")


def _normal(form: str, body: bytes) -> bytes:
    from unicodedata import normalize

    return normalize(form, body.decode()).encode()  # type: ignore[arg-type]  # a Literal, in a table


def _from_base64(body: bytes) -> bytes | None:
    text = body.strip().strip(b'"')
    return b64decode(text, validate=True) if len(text) >= 4 else None


def _inflated(body: bytes) -> bytes | None:
    for first, bits in ((b"\x1f\x8b", 31), (b"\x78", 15)):
        if body.startswith(first):
            inflater = zlib.decompressobj(bits)
            data = inflater.decompress(body, _INFLATED)
            return None if inflater.unconsumed_tail else data
    return None


def _without_slashes(body: bytes) -> bytes | None:
    if b"\\" not in body:
        return None
    import re

    return re.sub(rb"\\(.)", rb"\1", body, flags=re.DOTALL)


def _unescaped(body: bytes) -> bytes | None:
    if b"&" not in body:
        return None
    from html import unescape

    return unescape(body.decode()).encode()
