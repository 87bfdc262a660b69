"""Judging what was posted to an incoming webhook, as strictly as Slack does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .refusals import Refused

MOST_BLOCKS = 50
"""Of a message, as docs.slack.dev, "Blocks", has it."""

MOST_ATTACHMENTS = 100
"""Of a message: more are `too_many_attachments`."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A message that Slack would take."""

    text: str = field(repr=False)
    """Its `text`; empty where it has blocks or attachments alone."""
    json: str = field(repr=False)
    """All of it, as it came."""
    channel: str = field(default="", repr=False)
    """Where it says that it goes; empty where it does not say."""


def read_payload(data: bytes | None) -> Payload:
    """Judge what was posted.

    Args:
        data: the body; of a form its field `payload`, None where the form has none.

    Raises:
        Refused: it is no JSON object, or its text none (`invalid_payload`), its blocks are none
            (`invalid_blocks`), it has too many attachments, or says nothing (`no_text`).
    """
    try:
        source = (data or b"").decode("utf-8")
        content = parsed(source)
    except ValueError:
        raise Refused("invalid_payload") from None
    if not isinstance(content, dict):
        raise Refused("invalid_payload")
    return judged(content, source)


def judged(content: Mapping[str, Any], source: str) -> Payload:
    """Judge a message.

    Args:
        content: the message.
        source: the JSON that says it.

    Raises:
        Refused: as `read_payload`.
    """
    text = _text(content.get("text"))
    blocks, attachments = content.get("blocks"), content.get("attachments")
    if blocks is not None and not _are_blocks(blocks):
        raise Refused("invalid_blocks")
    if isinstance(attachments, list) and len(attachments) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    if not text.strip() and not any(isinstance(one, list) and one for one in (blocks, attachments)):
        raise Refused("no_text")
    return Payload(text, source, _text(content.get("channel")))


def parsed(source: str) -> Any:
    """What a JSON text says.

    Raises:
        ValueError: it is not JSON, or nested too deep.
    """
    try:
        return json.loads(source, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not _can_be_kept(value):
        raise Refused("invalid_payload")
    return value


def _are_blocks(value: Any) -> bool:
    """Their shape alone: which types there are, and what each needs, changes at Slack's end."""
    return (
        isinstance(value, list)
        and len(value) <= MOST_BLOCKS
        and all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in value)
    )


def _can_be_kept(text: str) -> bool:
    """Half of a surrogate pair is JSON, and no text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
