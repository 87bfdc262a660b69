"""Judging what was posted to `chat.postMessage`, as Slack's Web API does.

What is asked for, and the errors, are those of docs.slack.dev, "chat.postMessage" and "Using the Slack
Web API": JSON or a form, in which `blocks` and `attachments` are JSON in a string.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .payload import Payload, judged, parsed
from .refusals import ApiRefused, Refused

LONGEST_TEXT = 40_000
"""Characters of a text: a longer one is `msg_too_long`."""


@dataclass(frozen=True, slots=True)
class PostMessage:
    """A message for a channel."""

    channel: str
    """What it names: `#random`, `random`, or an id `C…`; empty where it names none."""
    payload: Payload
    """The message itself."""


def read_json(data: bytes) -> PostMessage:
    """Judge a JSON body.

    Raises:
        ApiRefused: it is no JSON, no object, or no message.
    """
    try:
        content = parsed(data.decode())
    except ValueError:
        raise ApiRefused("invalid_json") from None
    if not isinstance(content, dict):
        raise ApiRefused("json_not_object")
    return _asked(content)


def read_form(fields: Mapping[str, str]) -> PostMessage:
    """Judge a form.

    Raises:
        ApiRefused: it is no message.
    """
    return _asked({name: value for name, value in fields.items() if name != "token"})


def _asked(content: dict[str, Any]) -> PostMessage:
    content = {**content, **_unpacked(content)}
    try:
        payload = judged(content, json.dumps(content))  # in ASCII: half a surrogate pair is no text
    except Refused as refused:
        raise ApiRefused.of(refused) from None
    except RecursionError:
        raise ApiRefused("invalid_json") from None
    if len(payload.text) > LONGEST_TEXT:
        raise ApiRefused("msg_too_long")
    return PostMessage(payload.channel, payload)


def _unpacked(content: Mapping[str, Any]) -> dict[str, Any]:
    unpacked = {}
    for name in ("blocks", "attachments"):
        if isinstance(value := content.get(name), str):
            try:
                unpacked[name] = parsed(value) if value else None
            except ValueError:
                raise ApiRefused(f"invalid_{name}") from None
    return unpacked
