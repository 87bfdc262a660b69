"""Errors as documents: RFC 9457, with the three fields that say no more than they must."""

from __future__ import annotations

import json
from http import HTTPStatus

CONTENT_TYPE = "application/problem+json"


def document(status: int, code: str) -> bytes:
    """`{"status": 401, "title": "Unauthorized", "code": "no_match"}`."""
    return json.dumps({"status": status, "title": title(status), "code": code}).encode()


def title(status: int) -> str:
    """The status in words; of one that HTTP does not know, its class."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return HTTPStatus(status // 100 * 100).phrase
