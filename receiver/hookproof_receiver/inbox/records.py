"""What the inbox shows of what it holds. No bodies: they are asked for one by one."""

from __future__ import annotations

from dataclasses import dataclass

from ..identity import State, Verdict


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message. Times are Unix milliseconds."""

    id: str
    endpoint: str
    """The path."""
    state: State
    attempts: int
    """How often a handler was started for it."""
    flags: tuple[str, ...]
    """What is odd about it, each once: `linked`, `body_changed`, `no_identity`, `guid_ignored`."""
    promised: bool
    """Answered 200 "kept" before it was finished."""
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
    """Bytes of the body."""
    created_ms: int
    """When its first request was read."""
    updated_ms: int
    """When its state last changed."""

    @property
    def parked(self) -> bool:
        """Promised, and given up after the last try."""
        return self.promised and self.state == "failed" and self.due_ms is None


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
