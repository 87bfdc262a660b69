"""What the answers of services that tasks are sent to mean: Slack, the platform's API, a receiver."""

from __future__ import annotations

import re
from typing import Any

from ..wire import Attempt
from ..wire.not_done import SLACK_WORDS, answered_object, not_done, slack_error
from ..wire.platform_error import platform_error

_EXCEPTIONS = {  # the platform's API: {"exception": {"name", "message", "details"}}
    "ValidationFailed": "The platform read the body, and something in it is not as it should be.",
    "ApiValidationFailed": "The platform read the request, and something in it is not as it should be.",
    "AccessControlException": "The token is known, and its account or scope may not do this.",
    "RouteNotFoundException": "The platform has nothing at this path with this method: is the URL "
    "complete, /v4 in it, and the method right?",
    "TooManyRequestsException": "The platform takes 30 run-job requests a minute from a user, and 60 "
    "from a workspace: wait, and send fewer.",
}

_CODES = {  # a receiver made with hookproof: application/problem+json with a code
    "missing_header": "The receiver wants a signature, and none was sent: give the task its secret.",
    "no_match": "The secret is not the receiver's, or something on the way changed the body.",
    "too_old": "The clocks differ: this machine's is behind, or the receiver's ahead.",
    "too_new": "The clocks differ: this machine's is ahead, or the receiver's behind.",
}

_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def meaning_of(attempt: Attempt) -> str | None:
    """What a whole answer says beyond its status; None where it is none of those that are known."""
    if attempt.succeeded:
        return not_done(attempt)
    if (meaning := slack_error(attempt)) is not None:
        return f"Slack answers ok: false. {meaning}".strip()
    return (
        SLACK_WORDS.get(attempt.answer.strip().decode("ascii", "replace"))
        or _platform(attempt)
        or _CODES.get(_text(answered_object(attempt.answer).get("code")))
        or _page(attempt)
    )


def platform_message(attempt: Attempt) -> str | None:
    """What an error of the platform's API says itself; None where it says nothing."""
    _, *words = platform_error(attempt)
    return "; ".join(filter(None, words)) or None


def _platform(attempt: Attempt) -> str | None:
    if attempt.status == 401 and attempt.answer.strip() == b"Unauthorized":
        return (
            "The platform does not know the token: it is missing, wrong or over. The task needs the "
            "header Authorization: Bearer TOKEN."
        )
    if attempt.status == 304 and _sent(attempt, "x-execution-id"):
        return "This x-execution-id was used before: the job was started then, and no other one now."
    meaning = _EXCEPTIONS.get(platform_error(attempt).name)
    wait = _received(attempt, "x-retry-after")
    if wait and (meaning or attempt.status == 429):
        meaning = (
            f"{meaning or 'Too many requests: wait, and send fewer.'} It says for how long: {wait}."
        )
    return meaning


def _page(attempt: Attempt) -> str | None:
    if attempt.status != 400 or not _HTML.match(attempt.answer):
        return None
    said = (
        "A web page, and no answer of an API: what stands before the application refused the request."
    )
    if attempt.request is not None and attempt.request.method == "GET":
        said += " The platform does so where a GET has a body; this one had none."
    return said


def _sent(attempt: Attempt, name: str) -> str:
    return _value(attempt.request.headers if attempt.request else (), name)


def _received(attempt: Attempt, name: str) -> str:
    return _value(attempt.answer_headers, name)


def _value(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value[:64] for key, value in headers if key.lower() == name), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
