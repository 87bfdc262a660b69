"""What a refused request is answered, whatever the framework."""

from __future__ import annotations

import json

from ..errors import VerificationError

CONTENT_TYPE = "application/problem+json"
"""The type of `problem`'s text (RFC 9457)."""


def problem(status: int, title: str, code: str) -> bytes:
    """A problem document: to the network, the code says all."""
    return json.dumps({"status": status, "title": title, "code": code}).encode()


def unauthorized(refused: VerificationError) -> bytes:
    """The body of a 401."""
    return problem(401, "Unauthorized", refused.code)


def challenge(scheme: str) -> str:
    """The value of `WWW-Authenticate`, which a 401 must have (RFC 9110, 11.6.1)."""
    return f'Signature realm="{scheme}"'
