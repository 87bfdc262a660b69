"""An answer whose status is good, and which says itself that nothing was done.

Slack's Web API answers 200 to its errors too, with `{"ok": false, "error": …}` (docs.slack.dev, "Using
the Slack Web API"). A status from 200 to 299 is success to the platform, and so it is here; what the
answer says is a warning beside it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from .attempt import Attempt

SLACK_WORDS: Final = {  # an incoming webhook answers in plain text
    "invalid_payload": "Slack could not read the body: JSON with a text, sent as application/json.",
    "invalid_blocks": "Slack could not read the blocks: a list of at most 50, each with its type.",
    "too_many_attachments": "Slack takes 100 attachments at the most.",
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
"""What the words of Slack's incoming webhooks mean."""

_ERRORS = {  # chat.postMessage
    **SLACK_WORDS,
    "not_authed": "Slack got no token: give the task the header Authorization: Bearer TOKEN.",
    "invalid_auth": "Slack does not know the token: copy it again.",
    "token_revoked": "The token was revoked: make a new one.",
    "token_expired": "The token is over: make a new one.",
    "account_inactive": "The token is of an account or workspace that is no more.",
    "missing_scope": "The token may not write messages: it needs the scope chat:write.",
    "not_in_channel": "The app is not in the channel: invite it there.",
    "is_archived": SLACK_WORDS["channel_is_archived"],
    "restricted_action": SLACK_WORDS["action_prohibited"],
    "invalid_json": "Slack could not read the body: it is not JSON.",
    "json_not_object": "Slack could not read the body: it is JSON, and no object.",
    "invalid_arguments": "Slack could not read the body: a key holds what it may not.",
    "msg_too_long": "The text is too long for Slack.",
    "ratelimited": SLACK_WORDS["rate_limited"],
}


def not_done(attempt: Attempt) -> str | None:
    """Why nothing was done, where the status is good and the answer says so; else None."""
    if not attempt.succeeded or (meaning := slack_error(attempt)) is None:
        return None
    return f"The status is good, and the answer says ok: false: it was not done. {meaning}".strip()


def slack_error(attempt: Attempt) -> str | None:
    """What an error of Slack's Web API means; empty for an unknown one, None where it is none."""
    document = answered_object(attempt.answer)
    error = document.get("error")
    if document.get("ok") is not False or not isinstance(error, str) or not error:
        return None
    return _ERRORS.get(error, "")


def answered_object(answer: bytes) -> dict[str, Any]:
    """The JSON object that an answer is; an empty one where it is none."""
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
