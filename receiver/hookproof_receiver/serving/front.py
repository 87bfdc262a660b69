"""What a server that takes requests apart by itself hands on, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ..ingest import Reply


@dataclass(frozen=True, slots=True)
class Request:
    """One whole request that the guard let through."""

    method: str
    """`POST`, in upper case."""
    path: str
    """Percent-decoded; bytes that are no UTF-8 are lost."""
    query: str
    """As it came, without the question mark."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case, those that came twice together; a value that is not ASCII comes last, as
    `NOT_ASCII`."""
    body: bytes = field(repr=False)
    """The whole of it."""
    peer: str
    """`ADDRESS:PORT`."""
    version: str
    """`HTTP/1.1`."""


class Front(Protocol):
    """Answers requests; called on the server's event loop, which it must not block."""

    async def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        ...

    def close(self) -> None:
        """Take no more; the server is about to end."""
        ...
