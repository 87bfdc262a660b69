"""Which format a file is in."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

from hookproof.errors import BadConfiguration

from .given import Given


def read_any(data: bytes, place: str) -> Given:
    """Read a request out of a file's bytes, in whichever format they are.

    Args:
        data: the whole file.
        place: the file's name, for an error; `-` is standard input.

    Raises:
        BadConfiguration: it is none of the formats, or not whole.
    """
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if start[:1] == b"{":
            return _read_json(start)
        if start[:5].lower() == b"curl " or start[:9].lower() == b"curl.exe ":
            from .curl import read_curl

            return read_curl(start.decode("utf-8", "surrogateescape"))
        from .raw_http import read_raw

        return read_raw(data)
    except ValueError as error:  # BadConfiguration is one
        where = "standard input" if place == "-" else f"the request's file {place}"
        raise BadConfiguration(f"{where}: {error}") from None


def _read_json(data: bytes) -> Given:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it begins as JSON does, and cannot be read as JSON") from None
    if "log" in document:
        from .har import read_har

        return read_har(document)
    if "hookproof_bundle" in document:
        from hookproof.explain import read_bundle

        bundle = read_bundle(data)
        return Given(bundle.headers, bundle.body, bundle.received_ns, bundle)
    if "headers" in document:
        return _read_export(document)
    raise ValueError("this JSON is no HAR, no failure bundle and no exported delivery")


def _read_export(document: dict[str, Any]) -> Given:
    """`headers` (pairs or an object), `body_base64` or `body`, and perhaps `received_ns`."""
    try:
        headers = document["headers"]
        pairs = list(headers.items()) if isinstance(headers, dict) else headers
        encoded = document.get("body_base64")
        body = (
            b64decode(encoded, validate=True) if encoded is not None else str(document["body"]).encode()
        )
        received = document.get("received_ns")
        return Given(
            [(str(name), str(value)) for name, value in pairs],
            body,
            None if received is None else int(received),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("an exported delivery has headers, and body_base64 or body") from None
