"""Requests as the platform makes them: the first attempt without a GUID, its retries with one."""

from __future__ import annotations

import contextlib
import http.client
import json
from dataclasses import dataclass
from typing import Any

from tests.crash.children import PATIENCE

from hookproof.testing import signed_headers


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    message_id: str | None
    kept: bool
    """Acknowledged, and not finished."""
    duplicate: bool
    body: bytes


def body_of(key: str, **more: Any) -> bytes:
    """A message's body.

    Args:
        key: what tells it apart.
        more: what its handler is to do (`shop._work`).
    """
    return json.dumps({"run": key, **more}).encode()


def call(port: int, path: str, body: bytes, guid: str | None = None) -> Answer | None:
    """One attempt, signed afresh, on a connection of its own; None where no answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        try:
            connection.request("POST", path, body, signed_headers(body, guid=guid))
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            return None
    return Answer(
        response.status,
        response.headers["Hookproof-Message"],
        response.headers["Hookproof-State"] == "kept",
        "Hookproof-Duplicate" in response.headers,
        content,
    )
