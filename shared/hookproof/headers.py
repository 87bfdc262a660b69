"""Reading one header out of whatever a framework calls its headers.

Any mapping or sequence of pairs will do, with names in any case and values as `str` or `bytes`:
a `dict`, Werkzeug's or Starlette's headers, Django's, `http.client`'s message, ASGI's raw pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from .errors import MalformedSignature

Headers: TypeAlias = Mapping[Any, Any] | Iterable[tuple[Any, Any]]
"""Header names and values; both `str`, or both `bytes` as ASGI has them."""

GUID_HEADER = "X-Http-Task-Guid"
"""The header that a retried message carries (documented by the platform)."""

# Not compiled here, for a quick start: `re` compiles and keeps them when they are first used.
_GUID_TEXT = r"[!-+\--~]{1,128}"  # visible ASCII but for the comma that joins two headers
_UUID_TEXT = r"\{?[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}(?:\1[0-9a-fA-F]{4}){2}\1[0-9a-fA-F]{12}\}?"


def every(headers: Headers, name: str) -> list[str]:
    """All values under a name, in their order; the name's case does not matter.

    Raises:
        TypeError: `headers` is no mapping and no pairs, or holds something that is not text.
    """
    wanted, size = name.lower(), len(name)
    found = []
    try:
        for key, value in headers if type(headers) is tuple else _pairs(headers):
            if type(key) is not str:
                key = _text(key)
            if len(key) == size and key.lower() == wanted:
                found.append(_text(value))
    except ValueError:
        raise TypeError("headers must be pairs of names and values: one is not two things") from None
    return found


def one(headers: Headers, name: str) -> str:
    """The one value under a name. In a plain dict the exact name is tried first.

    Raises:
        MalformedSignature: `missing_header`, or `duplicate_header` where it came more than once.
        TypeError: as for `every`.
    """
    if type(headers) is dict:
        value = headers.get(name)
        if type(value) is str:
            return value
    values = every(headers, name)
    if len(values) == 1:
        return values[0]
    if values:
        raise MalformedSignature("duplicate_header", f"the header {name} came {len(values)} times")
    raise MalformedSignature("missing_header", f"there is no header {name}")


def listed(headers: Headers) -> list[tuple[str, str]]:
    """All names and values, as text, in their order.

    Raises:
        TypeError: as for `every`.
    """
    try:
        return [(_text(name), _text(value)) for name, value in _pairs(headers)]
    except ValueError:
        raise TypeError("headers must be pairs of names and values: one is not two things") from None


def guid(headers: Headers) -> str | None:
    """The GUID that a retried message carries, in one canonical form; None where there is none.

    A UUID in any case, with or without braces or hyphens, becomes 36 lower-case characters. That it
    is a UUID is assumed, so other text is taken as it is: 1 to 128 visible ASCII characters without
    a comma. What is empty, longer, or came twice is no GUID.
    """
    values = every(headers, GUID_HEADER)
    if len(values) != 1:
        return None
    text = values[0].strip()
    if re.fullmatch(_UUID_TEXT, text):
        digits = text.strip("{}").replace("-", "").lower()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return text if re.fullmatch(_GUID_TEXT, text) else None


def _pairs(headers: Headers) -> Iterable[tuple[Any, Any]]:
    _refuse_no_headers(headers)
    if hasattr(headers, "__next__"):
        raise TypeError("headers are read more than once: give a mapping or a list, not an iterator")
    # Not isinstance(Mapping): Werkzeug's headers are none, and iterate as pairs of their own accord.
    items = getattr(headers, "multi_items", None) or getattr(headers, "items", None)
    return items() if items is not None else headers


def _refuse_no_headers(headers: object) -> None:
    text = isinstance(headers, (str, bytes, bytearray, memoryview))
    if text or not (hasattr(headers, "items") or hasattr(headers, "__iter__")):
        raise TypeError(
            "headers must be a mapping or pairs of names and values, as the framework has them; "
            f"this is {type(headers).__name__} (the order is verify(body, headers))"
        )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return value.decode("latin-1")
    raise TypeError(f"a header's name and value are str or bytes, not {type(value).__name__}")
