"""HAR 1.2: what browsers and proxies save. Source: w3c.github.io/web-performance, HAR/Overview."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from .given import Given


def read_har(document: dict[str, Any]) -> Given:
    """The last request that has a body; else the last one.

    Raises:
        ValueError: there is none, or it lacks a part.
    """
    try:
        requests = [entry["request"] for entry in document["log"]["entries"]]
        if not requests:
            raise ValueError("the HAR holds no request")
        with_body = [one for one in requests if one.get("postData")]
        taken = (with_body or requests)[-1]
        content = taken.get("postData") or {}
        text = content.get("text") or ""
        encoded = content.get("encoding") == "base64"
        body = b64decode(text, validate=True) if encoded else text.encode()
        headers = [
            (str(one["name"]), str(one["value"]))
            for one in taken["headers"]
            if not str(one["name"]).startswith(":")  # HTTP/2's own, such as :path
        ]
    except (KeyError, TypeError, AttributeError):
        raise ValueError("the HAR lacks a part that the format has") from None
    notes = ["a HAR holds a body as decoded text: bytes that are not UTF-8 are lost in it"]
    if len(requests) > 1:
        notes.append(f"of {len(requests)} requests, number {requests.index(taken) + 1} was taken")
    return Given(headers, body, notes=tuple(notes))
