"""What the inbox shows of what it holds. No bodies: they are asked for one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..identity import State, Verdict
from .kept import Standing


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message. Times are Unix milliseconds."""

    id: str
    endpoint: str
    """The path."""
    method: str
    target: str
    """Of its first request, as is `method`: the path and the query as they came."""
    state: State
    attempts: int
    """How often a handler was started for it."""
    flags: tuple[str, ...]
    """What is odd about it, each once: `linked`, `body_changed`, `no_identity`, `guid_ignored`,
    `replayed`."""
    promised: bool
    """Answered 200 "kept" before it was finished."""
    owner: str | None
    """The lease that it runs under; None where it does not run."""
    status: int | None
    """What the last run answered; None where none has ended."""
    error: str | None
    """Why the last run failed."""
    due_ms: int | None
    """When the receiver runs it again by itself; None where it does not: the sender retries, or, where
    it is `promised` and `failed`, it is parked."""
    guid: str | None
    """The GUID that it was first bound to."""
    size: int
    """Bytes of the body, also of one that was removed."""
    body_kept: bool
    """Whether the body is here; False where it was removed."""
    created_ms: int
    """When its first request was read."""
    updated_ms: int
    """When its state last changed."""

    @property
    def parked(self) -> bool:
        """Promised, and given up after the last try."""
        return self.promised and self.state == "failed" and self.due_ms is None

    @property
    def standing(self) -> Standing:
        """Where it stands, as it is shown."""
        return "parked" if self.parked else self.state


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One request that was proved (or unsigned on purpose), and what became of it."""

    id: str
    endpoint: str
    """The path."""
    message_id: str | None
    """The message that it is; None where it made none."""
    verdict: Verdict
    rule: int | None
    """The rule of the ladder that decided, 0 to 4."""
    flags: tuple[str, ...]
    """What is odd about the request."""
    method: str
    target: str
    guid: str | None
    secret_label: str | None
    """The label of the secret that matched; None at an unsigned endpoint."""
    signed_ms: int | None
    """When it was signed; None where the scheme has no time."""
    received_ms: int
    """When it was read."""
    status: int | None
    """What it was answered; None where that was never written down (a crash, a full disk)."""

    @property
    def stale(self) -> str | None:
        """`too_old` or `too_new`, where that is why it was refused."""
        if self.verdict != "stale" or self.signed_ms is None:
            return None
        return "too_old" if self.signed_ms < self.received_ms else "too_new"


@dataclass(frozen=True, slots=True)
class Content:
    """A request, whole."""

    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """As they came, credentials included."""
    body: bytes = field(repr=False)
    digest: str
    """SHA-256 of the body, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What retries of a finished message are answered."""

    body: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class MessageWhole:
    """One message with all that is kept of it."""

    record: MessageRecord
    content: Content | None
    """The request whose body it holds; None where that was removed."""
    signed_ms: int | None
    """When that body was signed, in Unix milliseconds."""
    answer: KeptAnswer | None
    """None where no run has ended."""
    deliveries: tuple[DeliveryRecord, ...]
    """Its newest requests, newest first."""
