"""An error of the platform's API, as its answers say it."""

from __future__ import annotations

from typing import NamedTuple

from .attempt import Attempt
from .not_done import answered_object

REQUEST_ID = "x-trifacta-request-id"
"""The header under which the platform's operators find a request again."""


class PlatformError(NamedTuple):
    """`{"exception": {"name", "message", "details"}}`; what of it is no text is empty."""

    name: str
    """Its kind: `ValidationFailed`."""
    message: str
    """What is wrong."""
    details: str
    """What exactly."""


def platform_error(attempt: Attempt) -> PlatformError:
    """What the answer says; all of it is empty where it is no error of the platform's."""
    said = answered_object(attempt.answer).get("exception")
    exception = said if isinstance(said, dict) else {}
    texts = (exception.get(key) for key in PlatformError._fields)
    return PlatformError(*(text if isinstance(text, str) else "" for text in texts))


def request_id(attempt: Attempt) -> str:
    """What the platform calls this request; empty where it says nothing."""
    found = (value for name, value in attempt.answer_headers if name.lower() == REQUEST_ID)
    return next(found, "")
