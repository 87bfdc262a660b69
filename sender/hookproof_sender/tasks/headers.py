"""What a task may write into the head of a request."""

from __future__ import annotations

import re

from hookproof import GUID_HEADER
from hookproof.schemes.http_task import HEADER

from .references import refuse_reference

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")

_RESERVED = {
    "host": "it follows from the URL",
    "content-length": "it follows from the body",
    "transfer-encoding": "the body is sent whole, with its length",
    "connection": "every attempt has a connection of its own",
    HEADER.lower(): "give the task a secretKey, and it is signed",
    GUID_HEADER.lower(): "a retry gets one",
}


def check_name(name: str) -> str:
    """Hand a header's name back if a task may set it.

    Raises:
        ValueError: it may not; the sentence gives the cure.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("a header's name is letters, digits and hyphens, without blanks or a colon")
    if (reason := _RESERVED.get(name.lower())) is not None:
        raise ValueError(f"a task does not set this header: leave it out, {reason}")
    return name


def check_value(value: str) -> str:
    """Hand a header's value back if it can stand in a request's head as it is.

    Raises:
        ValueError: it cannot. The sentence does not repeat it: it may be a token.
    """
    refuse_reference(value, "a header's value")
    if not _VALUE.fullmatch(value):
        raise ValueError(
            "a header's value is visible ASCII with blanks inside it alone: no line break, no tab, "
            "no other letters, no blank at either end"
        )
    return value


def check_headers(headers: dict[str, str]) -> dict[str, str]:
    """Hand the headers back if no name stands twice; case makes no difference.

    Raises:
        ValueError: one does.
    """
    seen: set[str] = set()
    for name in headers:
        if name.lower() in seen:
            raise ValueError(f"the header {name} stands twice, in different case: keep one")
        seen.add(name.lower())
    return headers
