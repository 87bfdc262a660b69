"""The sender's composition root: a task's run, from its first attempt to its outcome."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random, SystemRandom
from typing import Literal

from hookproof.clock import Clock, system_clock
from hookproof.keys import Secret
from hookproof.schemes import HttpTask as HttpTaskScheme
from hookproof.signer import Signer

from .tasks import HttpTask, prepare
from .wire import Attempt, Outgoing, Start, Transport, delay

Outcome = Literal["delivered", "failed", "unknown"]
"""How a run ended. `unknown`: it was stopped before it was delivered or its retries were used up."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one task."""

    outcome: Outcome
    """How it ended."""
    guid: str | None
    """What its retries carried; None where there was no retry."""
    attempts: tuple[Attempt, ...]
    """Every attempt, the first one first."""


class Sender:
    """Sends HTTP tasks. Make one and keep it; it serves any number of threads.

    Args:
        allow_loopback: let messages go to this machine; shown on each attempt.
        deadline: the whole of one attempt, in seconds, from resolving the name to the answer's last
            byte.
        time_unit: what a signature's `t` counts.
        retry_base: the first delay's upper bound, in seconds; it doubles with every retry.
        retry_cap: the largest upper bound, in seconds.
        clock: the wall clock, for signatures and records; waits go by the monotonic one.
        rng: where delays come from.
        on_start: told of each attempt before its first byte leaves.
        on_attempt: told of each attempt when it is over.

    Raises:
        ValueError: a span of time is not above 0.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        deadline: float = 30.0,
        time_unit: Literal["ms", "s"] = "ms",
        retry_base: float = 1.0,
        retry_cap: float = 60.0,
        clock: Clock = system_clock,
        rng: Random | None = None,
        on_start: Callable[[Start], None] | None = None,
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None:
        for name, span in ("deadline", deadline), ("retry_base", retry_base), ("retry_cap", retry_cap):
            if not 0 < span <= threading.TIMEOUT_MAX:  # not NaN either
                raise ValueError(f"{name} is a number of seconds above 0, not {span!r}")
        self._allow_loopback = allow_loopback
        self._scheme = HttpTaskScheme(time_unit)
        self._retry_base = retry_base
        self._retry_cap = retry_cap
        self._clock = clock
        self._rng = rng or SystemRandom()
        self._on_start = on_start
        self._on_attempt = on_attempt
        self._transport = Transport(deadline, clock=clock)
        self._stopped = threading.Event()

    def send(self, task: HttpTask, *, secret: Secret | None = None) -> Run:
        """Run a task: try until an attempt succeeds or the retries are used up.

        Args:
            task: what to send.
            secret: signs instead of the task's own.

        Raises:
            HookproofError: nothing could be sent: the secret is missing, the clock is wrong.
        """
        outgoing = prepare(task, secret)
        signer = self._signer(outgoing)
        guid: str | None = None
        attempts: list[Attempt] = []
        for number in range(1, outgoing.max_retries + 2):
            if number == 2:
                guid = str(uuid.uuid4())
            attempt = self._attempt(outgoing, signer, number, guid)
            again = not attempt.succeeded and number <= outgoing.max_retries
            if again and not self._stopped.is_set():
                pause = delay(number, self._rng, base=self._retry_base, cap=self._retry_cap)
                attempt = replace(attempt, retry_in_s=pause)
            attempts.append(attempt)
            self._tell(attempt)
            if attempt.succeeded:
                return Run("delivered", guid, tuple(attempts))
            if attempt.cause == "interrupted" or (again and self._stopped.wait(attempt.retry_in_s)):
                return Run("unknown", guid, tuple(attempts))
        return Run("failed", guid, tuple(attempts))

    def test(self, task: HttpTask, *, secret: Secret | None = None) -> Attempt:
        """Send a task once, as the platform's Test button does: no GUID, no retry.

        Raises:
            HookproofError: as for `send`.
        """
        outgoing = prepare(task, secret)
        attempt = self._attempt(outgoing, self._signer(outgoing), 1, None)
        self._tell(attempt)
        return attempt

    def stop(self) -> None:
        """End what is under way, from another thread: attempts and waits are cut short.

        Their runs end as `unknown`, unless an attempt got through. A sender that was stopped sends
        nothing any more.
        """
        self._stopped.set()
        self._transport.stop()

    def _signer(self, outgoing: Outgoing) -> Signer | None:
        if outgoing.secret is None:
            return None
        return Signer(self._scheme, secrets=outgoing.secret, clock=self._clock)

    def _attempt(
        self, outgoing: Outgoing, signer: Signer | None, number: int, guid: str | None
    ) -> Attempt:
        start = self._transport.start(number, guid)
        signature = signer.sign(outgoing.body) if signer else {}
        if self._on_start:
            self._on_start(start)
        return self._transport.attempt(
            start, outgoing, signature=signature, loopback_allowed=self._allow_loopback
        )

    def _tell(self, attempt: Attempt) -> None:
        if self._on_attempt:
            self._on_attempt(attempt)
