"""How long what is kept stays."""

from __future__ import annotations

from dataclasses import dataclass

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import ReceiverSettings

from .kept import Standing
from .records import MessageRecord

DAY_S = 86_400.0
"""Seconds of a day."""

IDENTITIES_S = 7 * DAY_S
"""Seconds that what identifies a message is kept at least: longer than any sender retries."""

FINISHED: tuple[Standing, ...] = ("done", "rejected", "kept")
"""Is removed when it is old: nothing more happens to it."""

REMOVABLE: tuple[Standing, ...] = (*FINISHED, "failed", "parked")
"""Can be removed where somebody names it."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long, in seconds since something happened.

    Raises:
        BadConfiguration: messages would go before they may, or before their bodies.
    """

    bodies_s: float = 7 * DAY_S
    """Headers and bodies of finished messages. Their retries are answered as before."""
    messages_s: float = 30 * DAY_S
    """All the rest of them: identities, answers, requests. 7 days at least."""
    apart_s: float = 30 * DAY_S
    """Requests that were kept apart."""

    def __post_init__(self) -> None:
        if self.messages_s < IDENTITIES_S:
            raise BadConfiguration(
                "messages_kept is 7 d at least: a retry of a message that is forgotten would be a new "
                "message; bodies_kept may be less"
            )
        if self.bodies_s > self.messages_s:
            raise BadConfiguration("bodies_kept is more than messages_kept: a body goes no later")

    def narrowed(self, older_than_s: float) -> Retention:
        """Everything that is older than this, and identities when they may go."""
        return Retention(older_than_s, max(older_than_s, IDENTITIES_S), older_than_s)

    def cutoffs(self, now_ms: int) -> Cutoffs:
        """What is older than these times goes."""
        return Cutoffs(
            bodies_ms=now_ms - round(self.bodies_s * 1000),
            messages_ms=now_ms - round(self.messages_s * 1000),
            requests_ms=now_ms - round(IDENTITIES_S * 1000),
            apart_ms=now_ms - round(self.apart_s * 1000),
        )


def retention_of(settings: ReceiverSettings) -> Retention:
    """What the settings mean.

    Raises:
        BadConfiguration: messages would go before they may, or before their bodies.
    """
    return Retention(settings.bodies_kept, settings.messages_kept, settings.apart_kept)


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Times, in Unix milliseconds."""

    bodies_ms: int
    messages_ms: int
    requests_ms: int
    """A message that a request asked for since then is not forgotten."""
    apart_ms: int


def why_not_removed(
    message: MessageRecord, states: tuple[Standing, ...] | None, cutoffs: Cutoffs
) -> str | None:
    """Why nothing of a message is removed; None where it is, as far as its record tells.

    Args:
        message: the message.
        states: which ones are meant; None means those that are finished.
        cutoffs: what is old.
    """
    name = message.standing
    if name not in REMOVABLE:
        return f"it is {name}: a message is removed when nothing more happens to it"
    if name not in (states or FINISHED):
        return f"it is {name} and may be replayed; --state {name} removes it"
    is_finished = name in FINISHED and message.body_kept
    before_ms = cutoffs.bodies_ms if is_finished else cutoffs.messages_ms
    if message.updated_ms >= before_ms:
        if name in FINISHED and not message.body_kept:
            return "its body is gone, and its identities stay for now: its retries are still answered"
        if name not in FINISHED and message.updated_ms < cutoffs.bodies_ms:
            return "what is not finished is removed whole, after 7 days at least"
        return "something happened to it lately: --older-than says what is old"
    return None
