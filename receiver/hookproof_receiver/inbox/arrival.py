"""What the inbox is given: one request, proved or unsigned on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hookproof import Delivery


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request at one endpoint, with nothing of it decoded yet."""

    id: str
    """The delivery's id, `dlv_…`: new for each request."""
    method: str
    """`POST`, in upper case."""
    target: str
    """The path, percent-decoded as WSGI hands it on, and the query as it came. Not signed."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """All headers as they came, in their order. Not signed."""
    body: bytes = field(repr=False)
    """The bytes of the body as they came; these are signed."""
    received_ns: int
    """When the request was read: Unix time in nanoseconds."""
    guid: str | None
    """The GUID in canonical form; None where there is none that can be used."""
    delivery: Delivery | None
    """The proof; None at an endpoint whose scheme is `none`."""
    stale: Literal["too_old", "too_new"] | None = None
    """Authentic, but outside the tolerance; None where it is fresh."""
    flags: tuple[str, ...] = ()
    """What the reading of the request found odd: `guid_ignored`."""
