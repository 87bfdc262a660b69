"""Making a message of a task, which is on record nowhere yet."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Protocol

from hookproof.keys import Secrets, as_secrets
from hookproof_runtime.ids import new_id
from hookproof_runtime.secret_places import SecretPlace

from ..wire import Outgoing
from .leased import Leased, Terms


class Sendable(Protocol):
    """What can be recorded: a task."""

    @property
    def scheme(self) -> str:
        """How it is signed; empty where it does not say."""

    def alone(self, now_ns: int) -> Sendable:
        """What is sent of it where no plan runs it: its references rendered, once."""

    def outgoing(self) -> Outgoing:
        """The request that every attempt sends."""

    def secret_places(self) -> tuple[SecretPlace, ...]:
        """Where the secrets are that sign it; none for one that is not signed."""


def draft(
    task: Sendable,
    *,
    secret: Secrets | None,
    terms: Terms,
    number: int,
    lease: float,
    now_ns: int,
) -> Leased:
    """Make a message.

    Args:
        task: what to send.
        secret: signs instead of the task's own.
        terms: how it is signed and retried, where the task does not say.
        number: the attempt that may be made; 0 where it is only to be recorded.
        lease: seconds that it is leased for.
        now_ns: Unix time in nanoseconds.

    Raises:
        BadConfiguration: it cannot be rendered.
    """
    try:
        held = None if secret is None else as_secrets(secret)
    finally:
        del secret  # a traceback may show locals
    task = task.alone(now_ns)
    outgoing = task.outgoing()
    places = task.secret_places()
    if held is not None:
        places = tuple(SecretPlace(held=one) for one in held)
    if task.scheme:
        terms = replace(terms, scheme=task.scheme)
    return Leased(
        id=new_id("msg", now_ns),
        outgoing=outgoing,
        places=places,
        terms=terms,
        guid=str(uuid.uuid4()),
        number=number,
        allowed=outgoing.max_retries + 1,
        fence=number,
        lease_ms=now_ns // 1_000_000 + round(lease * 1000),
    )
