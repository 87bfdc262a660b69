"""What a task may write into the head of a request."""

from __future__ import annotations

import re

from hookproof import GUID_HEADER
from hookproof.schemes import by_name, names

from ..references import parse
from .plain import refuse_references

MOST_HEADERS = 64
"""Headers of one task, at the most."""

LONGEST_NAME = 256
"""Characters of a header's name, at the most."""

LONGEST_VALUE = 8 * 1024
"""Characters of a header's value, at the most."""

ALL_TOGETHER = 12 * 1024
"""Bytes of all headers of a task as they are sent: many servers refuse a head over 16 KiB, and the
target and what the sender itself writes stand in it too."""

NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A header's name: a token (RFC 9110, 5.6.2)."""

VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
"""A header's value: visible ASCII, with blanks inside it alone."""

_CONNECTION = "it speaks of the connection, which is the sender's own"

RESERVED = {
    "host": "it follows from the URL",
    "content-length": "it follows from the body",
    "transfer-encoding": "the body is sent whole, with its length",
    "trailer": "the body is sent whole, and nothing follows it",
    "expect": "the body is sent at once",
    "connection": _CONNECTION,
    "keep-alive": _CONNECTION,
    "te": _CONNECTION,
    "upgrade": _CONNECTION,
    "accept-encoding": "answers are asked for as they are (identity), and are never decompressed",
    GUID_HEADER.lower(): "a retry gets one",
    **{
        header.lower(): "give the task a secretKey, and it is signed"
        for scheme in names()
        for header in by_name(scheme).headers
    },
}
"""Names that a task does not set, in lower case, each with the reason."""

RESERVED_PREFIX = "proxy-"
"""No name begins so: such a header is meant for a proxy, and none is used."""


def check_name(name: str) -> str:
    """Hand a header's name back if a task may set it.

    Raises:
        ValueError: it may not; the sentence gives the cure.
    """
    refuse_references(name, "a header's name")
    if not NAME.fullmatch(name):
        raise ValueError("a header's name is letters, digits and hyphens, without blanks or a colon")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a header's name has at most {LONGEST_NAME} characters, this one {len(name)}")
    plain = name.lower().replace("_", "-")  # which a gateway may read it as
    reason = RESERVED.get(plain)
    if plain.startswith(RESERVED_PREFIX):
        reason = "it is meant for a proxy, and none is used"
    if reason is not None:
        raise ValueError(f"a task does not set this header: leave it out, {reason}")
    return name


def check_value(value: str) -> str:
    """Hand a header's value back if it can stand in a request's head with values for its references.

    Raises:
        ValueError: it cannot. The sentence does not repeat it: it may be a token.
    """
    check_sent(parse(value).filled(lambda _: "0"))
    if len(value) > LONGEST_VALUE:
        raise ValueError(_too_long(value))
    return value


def check_sent(value: str) -> str:
    """Hand a header's value back if it can stand in a request's head as it is.

    Raises:
        ValueError: it cannot. The sentence does not repeat it.
    """
    if not VALUE.fullmatch(value):
        raise ValueError(
            "a header's value is visible ASCII with blanks inside it alone: no line break, no tab, "
            "no other letters, no blank at either end"
        )
    if len(value) > LONGEST_VALUE:
        raise ValueError(_too_long(value))
    return value


def _too_long(value: str) -> str:
    return (
        f"a header's value has at most {LONGEST_VALUE} characters, this one {len(value)}: what is long "
        "belongs into the body"
    )


def check_headers(headers: dict[str, str]) -> dict[str, str]:
    """Hand the headers back if no name stands twice (case makes no difference), and all fit a head.

    Raises:
        ValueError: one does, or they do not.
    """
    seen: set[str] = set()
    for name in headers:
        if name.lower() in seen:
            raise ValueError(f"the header {name} stands twice, in different case: keep one")
        seen.add(name.lower())
    if len(headers) > MOST_HEADERS:
        raise ValueError(f"a task has at most {MOST_HEADERS} headers, this one {len(headers)}")
    size = sum(len(name) + len(value) + len(": \r\n") for name, value in headers.items())
    if size > ALL_TOGETHER:
        raise ValueError(
            f"the headers of a task have at most {ALL_TOGETHER} bytes together, these {size}: what is "
            "long belongs into the body"
        )
    return headers
