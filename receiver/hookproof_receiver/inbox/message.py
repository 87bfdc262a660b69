"""What a handler is given, and how it says that no retry can mend something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hookproof import Delivery
from hookproof.delivery import read_json
from hookproof.errors import HookproofError


class Rejected(HookproofError):
    """Raised by a handler: no retry can mend this. Its transaction rolls back; the answer is kept.

    Args:
        status: 300 to 499.
        body: what to answer, as JSON; by default the status alone.

    Raises:
        ValueError: the status says success, or that a retry may help.
    """

    def __init__(self, status: int, body: Any = None) -> None:
        if not 300 <= status <= 499:
            raise ValueError(f"a rejection's status is 300 to 499, not {status}")
        super().__init__(f"the handler rejected the message with {status}")
        self.status = status
        self.body = body


class NotJson(Rejected):
    """A handler wanted JSON, and the body is none: answered as a problem of the receiver's own."""

    def __init__(self) -> None:
        super().__init__(400, {"status": 400, "title": "Bad Request", "code": "not_json"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as a handler sees it."""

    id: str
    """`msg_…`: the same for every attempt. Hand it on as the idempotency key for effects elsewhere."""
    body: bytes = field(repr=False)
    """The proved bytes."""
    headers: Mapping[str, str] = field(repr=False)
    """The headers of this attempt, names in lower case. Not signed."""
    method: str
    """`POST`. Not signed."""
    endpoint: str
    """The endpoint's path."""
    attempt: int
    """How often a handler was started for this message, this time included: 1 or more."""
    flags: tuple[str, ...]
    """What is odd about it: `linked`, `body_changed`, `no_identity`, `guid_ignored`."""
    delivery: Delivery | None
    """The proof; None at an unsigned endpoint, when the receiver runs it again by itself, and where an
    older body than this one came."""

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Rejected: 400, where it is not JSON in UTF-8 (see `read_json`): no retry mends that.
        """
        try:
            return read_json(self.body)
        except ValueError:
            raise NotJson from None
