"""A request whose signature was refused, as it came."""

from __future__ import annotations

from dataclasses import dataclass, field

from hookproof import Verifier


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that was answered 401."""

    id: str
    """`dlv_…`."""
    endpoint: str
    """The path."""
    method: str
    target: str
    """The path, percent-decoded as WSGI hands it on, and the query as it came."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """All of them, in their order."""
    body: bytes = field(repr=False)
    """As it was checked."""
    received_ns: int
    """When it was judged: Unix time in nanoseconds."""
    code: str
    """What it was refused with."""
    sentence: str
    """Why, in the verifier's words."""
    verifier: Verifier
    """The endpoint's."""

    @property
    def weight(self) -> int:
        """Bytes that it takes in memory, about."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 1024
