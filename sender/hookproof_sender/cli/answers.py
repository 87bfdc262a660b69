"""What the answers of services that tasks are sent to mean: Slack, the platform's API, a receiver."""

from __future__ import annotations

import json
import re
from typing import Any

from ..wire import Attempt

_SLACK_WORDS = {  # an incoming webhook answers in plain text
    "invalid_payload": "Slack could not read the body: JSON with a text, sent as application/json.",
    "no_text": 'Slack wants a text: {"text": "…"}.',
    "no_service": "This Slack webhook was removed or never was: copy its URL again.",
    "no_team": "Slack knows no such workspace: copy the webhook's URL again.",
    "invalid_token": "The webhook's URL is not complete, or was revoked: copy it again.",
    "user_not_found": "Slack knows no such user.",
    "channel_not_found": "Slack knows no such channel.",
    "channel_is_archived": "The channel is archived: pick another one.",
    "action_prohibited": "The workspace's settings forbid it.",
    "rollup_error": "Slack failed on its own side: try again.",
    "rate_limited": "Slack takes about one message a second here: wait.",
}

_SLACK_ERRORS = {  # chat.postMessage answers 200, and says so in JSON
    **_SLACK_WORDS,
    "not_authed": "Slack got no token: give the task the header Authorization: Bearer TOKEN.",
    "invalid_auth": "Slack does not know the token: copy it again.",
    "token_revoked": "The token was revoked: make a new one.",
    "token_expired": "The token is over: make a new one.",
    "account_inactive": "The token is of an account or workspace that is no more.",
    "missing_scope": "The token may not write messages: it needs the scope chat:write.",
    "not_in_channel": "The app is not in the channel: invite it there.",
    "is_archived": _SLACK_WORDS["channel_is_archived"],
    "msg_too_long": "The text is too long for Slack.",
    "ratelimited": _SLACK_WORDS["rate_limited"],
}

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
    document = _object(attempt.answer)
    said = _slack_api(attempt, document)
    if said or attempt.succeeded:
        return said
    return (
        _SLACK_WORDS.get(attempt.answer.strip().decode("ascii", "replace"))
        or _platform(attempt, document)
        or _CODES.get(_text(document.get("code")))
        or _page(attempt)
    )


def platform_message(attempt: Attempt) -> str | None:
    """What an error of the platform's API says itself; None where it says nothing."""
    exception = _exception(_object(attempt.answer))
    words = [_text(exception.get("message")), _text(exception.get("details"))]
    return "; ".join(filter(None, words)) or None


def _slack_api(attempt: Attempt, document: dict[str, Any]) -> str | None:
    error = _text(document.get("error"))
    if document.get("ok") is not False or not error:
        return None
    said = "Slack answers ok: false."
    if attempt.succeeded:
        said = "The status is good, and the answer says ok: false: it was not done."
    return f"{said} {_SLACK_ERRORS.get(error, '')}".strip()


def _platform(attempt: Attempt, document: dict[str, Any]) -> str | None:
    if attempt.status == 401 and attempt.answer.strip() == b"Unauthorized":
        return (
            "The platform does not know the token: it is missing, wrong or over. The task needs the "
            "header Authorization: Bearer TOKEN."
        )
    if attempt.status == 304 and _sent(attempt, "x-execution-id"):
        return "This x-execution-id was used before: the job was started then, and no other one now."
    meaning = _EXCEPTIONS.get(_text(_exception(document).get("name")))
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


def _exception(document: dict[str, Any]) -> dict[str, Any]:
    exception = document.get("exception")
    return exception if isinstance(exception, dict) else {}


def _sent(attempt: Attempt, name: str) -> str:
    return _value(attempt.request.headers if attempt.request else (), name)


def _received(attempt: Attempt, name: str) -> str:
    return _value(attempt.answer_headers, name)


def _value(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value[:64] for key, value in headers if key.lower() == name), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(answer: bytes) -> dict[str, Any]:
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
