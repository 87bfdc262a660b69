"""A request as it will be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Method = Literal["POST", "GET", "PUT", "PATCH", "DELETE"]
"""What a task may ask with."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What every attempt of one message sends; only the signature and the GUID come on top.

    Its `repr` shows neither URL, headers nor body.
    """

    name: str
    """What a person calls the task."""
    method: Method
    """In upper case."""
    url: str = field(repr=False)
    """An absolute http or https URL in visible ASCII, without userinfo. It may hold a token."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The task's own headers; no name twice, and none that the sender writes itself."""
    body: bytes = field(default=b"", repr=False)
    """The bytes that are signed and sent."""
    verify_tls: bool = True
    """Whether the server's certificate must be valid."""
    max_retries: int = 3
    """How often a failed attempt is made again; 0 and more."""

    @property
    def has_tls(self) -> bool:
        """Whether the URL asks for TLS."""
        return self.url[:6].lower() == "https:"
