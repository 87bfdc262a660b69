"""The forms that a secret takes on its way from one settings page to another."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from ..keys import Secret
from ..schemes import Scheme

PREFIXES = (b"v1,whsec_", b"whsec_", b"sk_live_", b"sk_test_", b"sk_", b"sha256=", b"Bearer ")
_QUOTES = b"\"'`"


class KeyForm(NamedTuple):
    """The bytes of a key, and how they differ from what the receiver holds."""

    raw: bytes
    code: str
    """Empty for the key as it should be."""
    what: str
    label: str
    """Of the secret that it is made of."""


def own_key(scheme: Scheme, secret: Secret) -> bytes:
    """The key that the scheme makes of a secret that it takes."""
    value = secret.reveal()
    if scheme.name == "standard-webhooks":
        return _base64(value.removeprefix(b"whsec_")) or value
    return value


def secret_forms(scheme: Scheme, secret: Secret) -> Iterator[KeyForm]:
    """Every other key that is made of this secret by mistake, the likeliest first, each key once."""
    value = secret.reveal()
    seen = {own_key(scheme, secret)}
    for code, what, make in _FORMS:
        for raw in make(value):
            if raw not in seen:
                seen.add(raw)
                yield KeyForm(raw, code, what, secret.label)
    if secret.label:
        name = secret.label.encode("utf-8", "replace")
        for raw in (name, b"$" + name, b"${" + name + b"}", b"%" + name + b"%"):
            if raw not in seen:
                yield KeyForm(raw, "secret_name", "its name in the place of its value", secret.label)


def _base64(text: bytes) -> bytes | None:
    bare = text.strip().rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        return a2b_base64(bare + b"=" * (-len(bare) % 4), strict_mode=True) or None
    except Error:
        return None


def _hex(text: bytes) -> bytes | None:
    if len(text) % 2 or not re.fullmatch(rb"[0-9a-fA-F]+", text):
        return None
    return bytes.fromhex(text.decode())


def _without_prefix(value: bytes) -> Iterator[bytes]:
    for prefix in PREFIXES:
        if value.startswith(prefix):
            yield value.removeprefix(prefix)


def _with_prefix(value: bytes) -> Iterator[bytes]:
    if not value.startswith(PREFIXES):
        yield from (b"whsec_" + value, b"v1,whsec_" + value)
    elif value.startswith(b"whsec_"):
        yield b"v1," + value


def _decoded(decode: Callable[[bytes], bytes | None]) -> Callable[[bytes], Iterator[bytes]]:
    def make(value: bytes) -> Iterator[bytes]:
        for text in (value, *_without_prefix(value)):
            raw = decode(text)
            if raw:
                yield raw

    return make


def _quoted(value: bytes) -> Iterator[bytes]:
    yield from (b'"' + value + b'"', b"'" + value + b"'", b"`" + value + b"`")
    bare = value.strip(_QUOTES)
    if bare != value:
        yield bare


def _blanks(value: bytes) -> Iterator[bytes]:
    yield from (value + b" ", b" " + value, value + b"\t", b" " + value + b" ", value.strip())


def _encoded(value: bytes) -> Iterator[bytes]:
    yield from (b64encode(value), urlsafe_b64encode(value), b64encode(value).rstrip(b"="))
    for text in _without_prefix(value):
        yield b64encode(text)


def _percent(value: bytes) -> Iterator[bytes]:
    yield from (unquote_to_bytes(value), value.replace(b"+", b" "), quote(value, safe="").encode())


def _other_charset(value: bytes) -> Iterator[bytes]:
    if value.isascii():
        return
    with suppress(UnicodeError):
        yield value.decode().encode("latin-1")
    yield value.decode("latin-1").encode()


def _case(value: bytes) -> Iterator[bytes]:
    yield from (value.lower(), value.upper())


def _unset(value: bytes) -> Iterator[bytes]:
    yield from (b"", b"undefined", b"null", b"None")


def _twice(value: bytes) -> Iterator[bytes]:
    yield value + value


def _escaped(value: bytes) -> Iterator[bytes]:
    yield from (value.replace(b"\\n", b"\n"), value.replace(b"\\", b"\\\\"), value.replace(b"$", b"$$"))


_FORMS: tuple[tuple[str, str, Callable[[bytes], Iterator[bytes]]], ...] = (
    ("secret_text", "as text, its prefix and base64 not decoded", lambda value: iter((value,))),
    (
        "secret_newline",
        "with a line end behind it",
        lambda value: iter((value + b"\n", value + b"\r\n")),
    ),
    ("secret_quoted", "with quotes around it", _quoted),
    ("secret_blanks", "with a blank beside it", _blanks),
    ("secret_prefix_kept", "with a prefix in front of it", _with_prefix),
    ("secret_prefix_lost", "without its prefix", _without_prefix),
    ("secret_base64_decoded", "decoded from base64", _decoded(_base64)),
    ("secret_hex_decoded", "decoded from hexadecimal", _decoded(_hex)),
    ("secret_base64_encoded", "encoded in base64", _encoded),
    ("secret_hex_encoded", "written in hexadecimal", lambda value: iter((value.hex().encode(),))),
    ("secret_unset", "empty or unset", _unset),
    ("secret_percent", "percent-decoded, or percent-encoded", _percent),
    ("secret_charset", "in another charset than UTF-8", _other_charset),
    ("secret_case", "in another case", _case),
    ("secret_escaped", "with its escapes read, or doubled", _escaped),
    (
        "secret_hashed",
        "hashed first",
        lambda value: iter(
            (hashlib.sha256(value).digest(), hashlib.sha256(value).hexdigest().encode())
        ),
    ),
    ("secret_twice", "twice in a row", _twice),
)
