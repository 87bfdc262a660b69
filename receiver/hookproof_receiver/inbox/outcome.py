"""What became of one run of a handler."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from .message import NotJson, NotYet, Rejected, Verbatim

ERROR_LENGTH = 300
"""How many characters of an error are kept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, with what it answers."""

    state: Literal["done", "rejected", "failed", "pending"]
    """`done` keeps its effect; the others have none in the transaction that was lent. `pending`: it
    could not be tried (`NotYet`); to a request that waits, it has failed."""
    status: int
    """The HTTP status: 2xx; 3xx or 4xx; 5xx."""
    body: bytes = field(default=b"", repr=False)
    """What to answer."""
    content_type: str = "application/json"
    """Of the body."""
    error: str | None = None
    """Why it failed, in one line; None where it did not."""
    again_after_s: float | None = None
    """Of `pending`: seconds until it may be tried."""


def from_return(value: Any) -> Outcome:
    """Read what a handler returned: nothing (200), a status, or a status and a body.

    Raises:
        TypeError: it is none of these, or the body is nothing that JSON can hold.
        ValueError: the status is outside 200 to 599.
    """
    if isinstance(value, Verbatim):
        return _from_verbatim(value)
    status, body = value if isinstance(value, tuple) and len(value) == 2 else (value, None)
    if status is None:
        status = 200
    if not isinstance(status, int) or isinstance(status, bool):
        raise TypeError(
            f"a handler returns nothing, a status, or a status and a body, not {type(value).__name__}"
        )
    if not 200 <= status <= 599:
        raise ValueError(f"a handler's status is 200 to 599, not {status}")
    content, content_type = _write(body)
    if status < 300:
        return Outcome("done", status, content, content_type)
    if status < 500:
        return Outcome("rejected", status, content, content_type)
    return Outcome("failed", status, content, content_type, f"the handler returned {status}")


def from_error(error: BaseException) -> Outcome:
    """Read what a handler raised: `Rejected` is final, all else may be mended by a retry."""
    if isinstance(error, NotYet):
        reason = describe(error).removeprefix("NotYet: ")  # a sentence for people by itself
        return Outcome("pending", 503, error=reason, again_after_s=error.after_s)
    if isinstance(error, Rejected):
        try:
            content, content_type = _write(error.body)
        except (TypeError, ValueError) as unwritable:
            return from_error(unwritable)
        if isinstance(error, NotJson):
            content_type = "application/problem+json"
        return Outcome("rejected", error.status, content, content_type)
    return Outcome("failed", 500, error=describe(error))


def describe(error: BaseException) -> str:
    """An error in one bounded line: its class and the first line of its words.

    Of a database error the driver's words alone: SQLAlchemy's hold the statement's parameters, which
    are made of bodies.
    """
    words = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    name = type(error).__name__
    line = f"{name}: {words}" if words else name
    # Half a surrogate pair, out of a body's JSON or a file's name, is no text to a database.
    return line.encode("utf-8", "backslashreplace").decode()[:ERROR_LENGTH]


def _from_verbatim(value: Verbatim) -> Outcome:
    if not 200 <= value.status <= 599:
        raise ValueError(f"a handler's status is 200 to 599, not {value.status}")
    if value.status < 300:
        return Outcome("done", value.status, value.body, value.content_type)
    error = value.error or f"the answer was {value.status}"
    return Outcome("failed", value.status, value.body, value.content_type, error[:ERROR_LENGTH])


def _write(body: Any) -> tuple[bytes, str]:
    if body is None:
        return b"", "application/json"
    if isinstance(body, bytes):
        return body, "application/octet-stream"
    if isinstance(body, str):
        return body.encode("utf-8"), "text/plain; charset=utf-8"
    return json.dumps(body, allow_nan=False, separators=(",", ":")).encode(), "application/json"
