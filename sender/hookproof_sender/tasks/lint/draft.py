"""A task's record as far as it can be read: what is wrong in one key hides nothing in another."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..record import DEFAULT_RETRIES, HttpTask
from ..target import check_url

_SLACK_PATH = re.compile(r"/services/T[0-9A-Z]+/B[0-9A-Z]+/")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the rules look at. A key that is missing or of a wrong type is as good as empty."""

    name: str
    """Of the task, or of the plan's node around it; empty where neither has one."""
    method: str
    """In lower case."""
    url: str = field(repr=False)
    """Empty where it is none that could be sent to."""
    headers: Mapping[str, str] = field(repr=False)
    """Those whose values are text."""
    body: str = field(repr=False)
    """As it is written, references and all."""
    escapes: bool
    """Whether values keep a body JSON."""
    secret_places: tuple[str, ...]
    """Which of `secretKey`, `secretKeyEnv` and `secretKeyFile` are there."""
    verify: bool
    """Whether the server's certificate must be valid."""
    retries: int
    """How often a failed attempt is made again."""
    retries_twice: bool
    """Whether both spellings of retries are there."""
    for_slack: bool
    """Whether it is a message for Slack."""
    unknown: tuple[str, ...]
    """Keys that a record does not have."""

    @property
    def has_body(self) -> bool:
        """Whether the method sends one."""
        return self.method in ("post", "put", "patch")

    @property
    def has_tls(self) -> bool:
        """Whether the URL asks for TLS."""
        return self.url[:6].lower() == "https:"

    @property
    def host(self) -> str:
        """The URL's host, in lower case and without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def address(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The URL's host, where it is an address and no name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    def header(self, name: str) -> str:
        """The value of one header, its name in any case; empty where there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


def draft_of(record: Mapping[str, Any], name: str = "") -> Draft:
    """Read a record, which may be wrong in any place.

    Args:
        record: as it was parsed.
        name: what the plan's node around it is called.
    """
    url = _url(record)
    return Draft(
        name=(_text(record, "name") or name).strip(),
        method=_text(record, "method").lower(),
        url=url,
        headers=_headers(record),
        body=_text(record, "body"),
        escapes=record.get("escape") != "none",
        secret_places=tuple(
            key for key in ("secretKey", "secretKeyEnv", "secretKeyFile") if record.get(key)
        ),
        verify=record.get("sslVerification") is not False,
        retries=_retries(record),
        retries_twice=None not in (record.get("maxRetries"), record.get("retryOnFailure")),
        for_slack=record.get("type") == "slack" or _is_slack(url),
        unknown=tuple(key for key in record if key not in HttpTask.model_fields),
    )


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _url(record: Mapping[str, Any]) -> str:
    try:
        return check_url(_text(record, "url"))
    except ValueError:
        return ""


def _headers(record: Mapping[str, Any]) -> dict[str, str]:
    headers = record.get("headers")
    pairs = headers.items() if isinstance(headers, Mapping) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}


def _retries(record: Mapping[str, Any]) -> int:
    retries = record.get("maxRetries")
    if isinstance(retries, int) and not isinstance(retries, bool):
        return retries
    return 0 if record.get("retryOnFailure") is False else DEFAULT_RETRIES


def _is_slack(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f".{host}".endswith(".slack.com") or _SLACK_PATH.match(parts.path) is not None
