"""Judging what was posted, as strictly as Slack does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from hookproof.errors import HookproofError


class PayloadRefused(HookproofError):
    """Slack would answer 400 with this word."""

    def __init__(self, word: Literal["invalid_payload", "no_text"]) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Payload:
    """A message that Slack would take."""

    text: str = field(repr=False)
    """Its `text`; empty where it has blocks or attachments alone."""
    json: str = field(repr=False)
    """All of it, as it came."""


def read_payload(data: bytes | None) -> Payload:
    """Judge what was posted.

    Args:
        data: the body; of a form its field `payload`, None where the form has none.

    Raises:
        PayloadRefused: it is no JSON object (`invalid_payload`), or says nothing (`no_text`).
    """
    content, source = _object(data or b"")
    text = content.get("text") or ""
    if not isinstance(text, str) or not _can_be_kept(text):
        raise PayloadRefused("invalid_payload")
    if not text.strip() and not any(_is_filled(content.get(key)) for key in ("blocks", "attachments")):
        raise PayloadRefused("no_text")
    return Payload(text, source)


def _object(data: bytes) -> tuple[dict[str, Any], str]:
    try:
        source = data.decode("utf-8")
        value = json.loads(source, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise PayloadRefused("invalid_payload") from None
    if not isinstance(value, dict):
        raise PayloadRefused("invalid_payload")
    return value, source


def _is_filled(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _can_be_kept(text: str) -> bool:
    """Half of a surrogate pair is JSON, and no text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
