"""Where messages are sent on to, as a person writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from hookproof.errors import BadConfiguration

_PORT = re.compile(r":?([0-9]{1,5})(/[!-~]*)?").fullmatch
_WRITTEN = re.compile(r"[!-~]+").fullmatch
_HOST = re.compile(r"[0-9A-Za-z._~:-]+").fullmatch


@dataclass(frozen=True, slots=True)
class Target:
    """An application's address. It is its user's alone to choose: no message changes it."""

    base: str
    """`http://127.0.0.1:3000`."""
    path: str
    """`/hooks/orders`; empty where each message keeps the path that it came to."""
    query: str = ""
    """Without its question mark; a message's own comes after it."""

    def url_for(self, asked: str) -> str:
        """The URL for a message.

        Args:
            asked: the path that it came to, and its query string as it came.
        """
        path, _, query = asked.partition("?")
        queries = "&".join(filter(None, (self.query, query)))
        return self.base + (self.path or path) + (f"?{queries}" if queries else "")


def target_of(text: str) -> Target:
    """Read `3000`, `3000/hooks/orders`, `localhost:3000` or `http://127.0.0.1:3000/hooks/orders`.

    A port alone is this machine's, 127.0.0.1; without a scheme it is http.

    Raises:
        BadConfiguration: it is none of these; the sentence says why.
    """
    if not _WRITTEN(text):
        _refuse(text, "a URL is written in visible ASCII characters")
    short = _PORT(text)
    url = f"http://127.0.0.1:{short[1]}{short[2] or ''}" if short else text
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        _refuse(text, "its port is none, or its host is not to be read")
    if parts.scheme not in ("http", "https"):
        _refuse(text, "its scheme is neither http nor https")
    if "@" in parts.netloc:
        _refuse(text, "a user's name and password do not belong there")
    if not parts.hostname or not _HOST(parts.hostname):
        _refuse(text, "it names no host")
    if port == 0:
        _refuse(text, "nothing listens at port 0")
    if parts.fragment:
        _refuse(text, "a fragment (#…) is never sent")
    path = "" if parts.path == "/" else parts.path
    return Target(f"{parts.scheme}://{parts.netloc}", path, parts.query)


def _refuse(text: str, why: str) -> NoReturn:
    raise BadConfiguration(
        f"messages cannot be forwarded to {text!r}: {why}; a port (3000) or a URL "
        "(http://127.0.0.1:3000/hooks/orders) will do"
    )
