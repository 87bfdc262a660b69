"""What one attempt was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from hookproof.clock import to_datetime

Cause = Literal[
    "target_refused",
    "timeout",
    "dns_failed",
    "connection_refused",
    "unreachable",
    "connection_reset",
    "tls_expired",
    "tls_not_yet_valid",
    "tls_wrong_name",
    "tls_self_signed",
    "tls_untrusted",
    "tls_incomplete_chain",
    "tls_weak",
    "tls_failed",
    "protocol_error",
    "answer_too_large",
    "local_failure",
    "interrupted",
    "lost",
]
"""Why an attempt got no whole answer, from the closed list of PROTOCOL.md."""

CAUSES: tuple[Cause, ...] = get_args(Cause)
"""All of them."""


@dataclass(frozen=True, slots=True)
class Start:
    """An attempt that begins now."""

    number: int
    """1 for the first."""
    started_ns: int
    """Wall time, in nanoseconds."""
    guid: str | None
    """The GUID it carries; None on a first attempt."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was sent, without its body; tokens and passwords are masked."""

    method: str
    """In upper case."""
    url: str
    """As `masking.masked_url` shows it."""
    headers: tuple[tuple[str, str], ...] = ()
    """All of them in the order of the wire, as `masking.masked_headers` shows them."""


@dataclass(frozen=True, slots=True)
class Timings:
    """When each step of an attempt was over: seconds since it began, by the monotonic clock.

    None where the step was not reached, or not needed: an address is not resolved, a connection that
    is used again is not made. When all was over is the attempt's `duration_s`.
    """

    resolved_s: float | None = None
    """The name had its addresses."""
    connected_s: float | None = None
    """One of them had taken the connection."""
    tls_s: float | None = None
    """TLS was agreed on."""
    sent_s: float | None = None
    """The request's last byte was handed to the system."""
    first_byte_s: float | None = None
    """The first bytes of an answer were there."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that was made, and how it went. Its `repr` shows no byte of the answer."""

    number: int
    """1 for the first."""
    started_ns: int
    """When it began: wall time, in nanoseconds."""
    duration_s: float
    """How long it took, in seconds, by the monotonic clock."""
    status: int | None
    """The answer's status; None where none came. It may come with a cause: the answer was cut."""
    cause: Cause | None
    """Why there was no whole answer; None where one came."""
    sentence: str
    """How it went, in words. Holds nothing that the peer wrote."""
    guid: str | None
    """The GUID that was sent; None where none was."""
    signed: bool
    """Whether a signature was sent."""
    loopback_allowed: bool
    """Whether the sender was allowed to send to this machine."""
    tls_verified: bool | None
    """Whether a valid certificate was asked for; None without TLS."""
    retry_after: str | None = None
    """The answer's `Retry-After`, or the platform's own `x-retry-after`: always shown; the profile says
    whether it counts."""
    answer: bytes = field(default=b"", repr=False)
    """The beginning of the answer's body, as it came: at most 64 KiB."""
    retry_in_s: float | None = None
    """Seconds until the next attempt; None where none follows."""
    request: Request | None = field(default=None, repr=False)
    """What was sent, or would have been; None where it could not even be written."""
    answer_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The answer's headers as they came, masked: at most 16 KiB of them. A peer wrote them, so they
    may hold control characters."""
    timings: Timings = Timings()
    """How far it came, and when."""
    peer: str | None = None
    """The address that was connected to, with its port; None where no connection came about."""
    reused: bool = False
    """Whether it went over a connection that an earlier attempt of the same task had made."""

    @property
    def succeeded(self) -> bool:
        """Whether a whole answer came with a status from 200 to 299."""
        return self.cause is None and self.status is not None and 200 <= self.status <= 299

    @property
    def warning(self) -> str | None:
        """What stands beside the attempt wherever it is shown, however it went; None for nothing."""
        return "the server's certificate was NOT checked" if self.tls_verified is False else None

    @property
    def started_at(self) -> datetime:
        """When it began: aware, in UTC."""
        return to_datetime(self.started_ns)


def unmade(number: int, now_ms: int, guid: str | None, cause: Cause, sentence: str) -> Attempt:
    """The record of an attempt that made no request, or whose process ended: nothing more is known."""
    return Attempt(
        number=number,
        started_ns=now_ms * 1_000_000,
        duration_s=0.0,
        status=None,
        cause=cause,
        sentence=sentence,
        guid=guid,
        signed=False,
        loopback_allowed=False,
        tls_verified=None,
    )
