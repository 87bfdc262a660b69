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


class NotYet(HookproofError):
    """Raised by a handler: what the message goes to cannot be reached now, and that is not its fault.

    What the receiver runs by itself waits on, in its place, and this run is not counted; in this
    process nothing of the endpoint is begun meanwhile. A request that waits for it is answered 503.

    Args:
        after_s: seconds until the next try, 0.1 to 60.
        reason: why, for the operator.

    Raises:
        ValueError: `after_s` is out of its bounds.
    """

    def __init__(self, after_s: float, reason: str) -> None:
        if not 0.1 <= after_s <= 60:
            raise ValueError(f"after_s is 0.1 to 60, not {after_s}")
        super().__init__(reason)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Returned by a handler: somebody else's answer, passed on as it is.

    Outside 2xx the message has failed, whatever the status: whoever gave the answer may mend his side,
    and then a retry helps.
    """

    status: int
    """200 to 599."""
    body: bytes = field(repr=False)
    content_type: str
    """Of the body."""
    error: str | None = None
    """Why it failed, for the operator, where it did."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as a handler sees it."""

    id: str
    """`msg_…`: the same for every attempt. Hand it on as the idempotency key for effects elsewhere."""
    body: bytes = field(repr=False)
    """The proved bytes."""
    headers: Mapping[str, str] = field(repr=False)
    """The headers of this attempt, names in lower case. Not signed."""
    raw_headers: tuple[tuple[str, str], ...] = field(repr=False)
    """The same as they came: in their order and spelling, one that came twice twice. Not signed."""
    method: str
    """`POST`. Not signed."""
    endpoint: str
    """The endpoint's path."""
    attempt: int
    """How often a handler was started for this message, this time included: 1 or more."""
    flags: tuple[str, ...]
    """What is odd about it: `linked`, `body_changed`, `no_identity`, `guid_ignored`,
    `replayed`."""
    target: str
    """The path, percent-decoded as WSGI hands it on, and the query as it came. Not signed."""
    delivery_id: str | None
    """`dlv_…`: the request that this run answers; None when the receiver runs it by itself."""
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
