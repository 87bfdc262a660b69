"""What may be shown or kept of a request and its answer: no token, no password. Pure.

It errs on the safe side: a harmless value that looks like a token is hidden too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

HIDDEN = "…"
"""Stands for what is hidden."""

_SENSITIVE = re.compile(r"auth|cookie|token|secret|key|pass|pwd|credential|session", re.IGNORECASE)
_HARMLESS = {"idempotency-key", "www-authenticate", "proxy-authenticate"}
_SCHEME = re.compile(r"(?:Bearer|Basic|Digest|Negotiate|Token|ApiKey) (?=.)", re.IGNORECASE)

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_USER = re.compile(r"(://)[^/]*@")
# Repeats are bounded: a stranger's path is masked too, and must not cost the square of its length.
_SLACK = re.compile(
    r"(/services/T[0-9A-Z]+/B[0-9A-Z]+/|hooks\.slack[a-z.-]{0,64}/[a-z]{1,32}/[^/]+/[^/]+/).+",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"([A-Za-z][\w.\[\]-]{0,39})=[^=]")


def masked_url(url: str) -> str:
    """A URL without what may be a token.

    Hidden are the values of its query string, its fragment, a user with password, and the end of
    a Slack webhook's path.
    """
    address, fragment, _ = _USER.sub(rf"\1{HIDDEN}@", url, count=1).partition("#")
    address, query, parameters = address.partition("?")
    address = _SLACK.sub(rf"\1{HIDDEN}", address)
    if query:
        address += "?" + "&".join(map(_masked_parameter, parameters.split("&")))
    return f"{address}#{HIDDEN}" if fragment else address


def masked_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Headers without what may be a token; URLs in their values as `masked_url` shows them."""
    return tuple((name, _masked_value(name, value)) for name, value in headers)


def masked_text(text: str, *known: str) -> str:
    """Text that a peer wrote: its URLs as `masked_url` shows them, and without tokens that are known.

    Args:
        text: what is shown.
        known: what is hidden wherever it stands; an empty one is nothing.
    """
    for token in filter(None, known):
        text = text.replace(token, HIDDEN)
    return _URL.sub(lambda url: masked_url(url[0]), text)


def _masked_value(name: str, value: str) -> str:
    if _is_sensitive(name):
        scheme = _SCHEME.match(value) if name.lower().endswith("authorization") else None
        return f"{scheme[0]}{HIDDEN}" if scheme else HIDDEN
    return masked_text(value) if "://" in value else value


@lru_cache(maxsize=512)
def _is_sensitive(name: str) -> bool:
    return _SENSITIVE.search(name) is not None and name.lower() not in _HARMLESS


def _masked_parameter(parameter: str) -> str:
    # `?dG9rZW4=` is a token in base64, and no name.
    name = _PARAMETER.match(parameter)
    return f"{name[1]}={HIDDEN}" if name else HIDDEN
