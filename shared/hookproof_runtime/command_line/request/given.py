"""What was given as a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hookproof.explain import Bundle


class Given(NamedTuple):
    """One request, out of whatever held it."""

    headers: list[tuple[str, str]]
    body: bytes | None
    """None where a failure bundle came without one."""
    received_ns: int | None = None
    """When it came, where that is known: Unix time in nanoseconds."""
    bundle: Bundle | None = None
    notes: tuple[str, ...] = ()
    """What a reader should know of the file: which of several requests was taken, what was cut."""
