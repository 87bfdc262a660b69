"""Where a task may point: one grammar, so narrow that every parser reads the same host."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from .plain import refuse_references

_VISIBLE = re.compile(r"[!-~]+")
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})"
"""A part of a host's name, between its dots."""
_NAME = re.compile(rf"(?=.{{1,254}}\Z){LABEL}(?:\.{LABEL})*\.?")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::([0-9]*))?")


def check_url(url: str) -> str:
    """Hand a URL back if it can be sent to.

    Raises:
        ValueError: it cannot; the sentence says what to write instead. It does not repeat the URL,
            which may hold a token.
    """
    refuse_references(url, "a URL")
    if not _VISIBLE.fullmatch(url) or "\\" in url:
        raise ValueError(
            "a URL is visible ASCII without blanks or backslashes: percent-encode what is not "
            "(a name with other letters has an xn-- form)"
        )
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("the brackets of the URL's host hold no IPv6 address") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("a URL begins with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("a URL holds no user or password: write an Authorization header instead")
    _check_authority(parts.netloc)
    return url


def _check_authority(authority: str) -> None:
    match = _AUTHORITY.fullmatch(authority)
    if match is None or not match[1]:
        raise ValueError("a URL needs a host: http://HOST/path, an IPv6 address in brackets")
    host, port = match.groups()
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise ValueError("the brackets of the URL's host hold no IPv6 address") from None
    elif not _NAME.fullmatch(host):
        raise ValueError("the URL's host is no name: letters, digits, hyphens and dots")
    if port is not None and not (port.isdecimal() and 1 <= int(port) <= 65535):
        raise ValueError("the URL's port is a number from 1 to 65535")
