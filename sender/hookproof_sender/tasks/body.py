"""Which body a task sends."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from ..references import parse

BODILESS = ("get", "delete")
"""Methods that send no body: the platform refuses one there."""

_JSON_TYPE = re.compile(r"application/json|[^;,/]+/[^;,/]+\+json", re.IGNORECASE)
_LOOKS_LIKE_JSON = re.compile(r"\s*(?:\[|\{(?!\{))")


def check_body(body: str, method: str | None) -> str:
    """Hand a body back if the method can send it.

    Args:
        body: the text that the record holds, references and all.
        method: in lower case; None where it is not known, and only the text is judged.

    Raises:
        ValueError: it cannot be sent.
    """
    try:
        body.encode()
    except UnicodeEncodeError:
        raise ValueError("the body holds half a surrogate pair, which has no UTF-8 form") from None
    if method in BODILESS and body.strip() not in ("", "{}"):
        raise ValueError(
            f"{method.upper()} sends no body: leave it empty (or {{}}), or use post, put or patch"
        )
    parse(body)
    return body


def body_to_send(body: str, method: str) -> bytes:
    """The bytes that are signed and sent: what is held, and nothing for GET and DELETE."""
    return b"" if method in BODILESS else body.encode()


def note_on(body: str, method: str) -> str | None:
    """What a person should know about a body that is sent all the same; None where all is well."""
    if method in BODILESS or body:
        return None
    return f"an empty body is sent empty; the platform wants {{}} in a {method.upper()} that needs none"


def is_meant_as_json(body: str, content_type: str) -> bool:
    """Whether a body is to be JSON: its type says so or, where there is none, it looks like it.

    Args:
        body: as it is written, references and all.
        content_type: the header's value; empty where there is none.
    """
    if not body.strip():
        return False
    if kind := media_type(content_type):
        return _JSON_TYPE.fullmatch(kind) is not None
    return _LOOKS_LIKE_JSON.match(body) is not None


def media_type(content_type: str) -> str:
    """A header's value less its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def parse_json(body: str) -> Any:
    """What a body says as JSON.

    Raises:
        ValueError: it is none; the sentence repeats nothing of it.
    """
    try:
        return json.loads(body, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is a number of JavaScript's, not of JSON")
