"""The sender's composition root: a task's run, from its first attempt to its outcome."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random, SystemRandom
from typing import Literal, TypeAlias

from hookproof.clock import Clock, system_clock
from hookproof.keys import Secrets
from hookproof.schemes import HttpTask as HttpTaskScheme
from hookproof.schemes import Scheme, by_name
from hookproof.signer import Signer

from .targets import Policy
from .tasks import HttpTask, prepare, refuse_headers_of
from .wire import Attempt, Outgoing, Start, Transport, delay

_Sign: TypeAlias = Callable[[], dict[str, str]]
"""Signs one more attempt of a message: the headers to send with it."""

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
        allow_loopback: let messages go to this machine, on top of what the policy says; shown on
            each attempt.
        policy: where messages may go; None for the default, which is all public addresses.
        deadline: the whole of one attempt, in seconds, from resolving the name to the answer's last
            byte.
        scheme: signs what names no scheme itself: a name, or a scheme of your own.
        time_unit: what `t` counts in the scheme `http-task`.
        retry_base: the first delay's upper bound, in seconds; it doubles with every retry.
        retry_cap: the largest upper bound, in seconds.
        clock: the wall clock, for signatures and records; waits go by the monotonic one.
        rng: where delays come from.
        on_start: told of each attempt before its first byte leaves.
        on_attempt: told of each attempt when it is over.

    Raises:
        ValueError: a span of time is not above 0, or there is no such scheme.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        policy: Policy | None = None,
        deadline: float = 30.0,
        scheme: str | Scheme = "http-task",
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
        self._http_task = HttpTaskScheme(time_unit)
        self._scheme = self._made(scheme)
        self._retry_base = retry_base
        self._retry_cap = retry_cap
        self._clock = clock
        self._rng = rng or SystemRandom()
        self._on_start = on_start
        self._on_attempt = on_attempt
        if allow_loopback:
            policy = replace(policy or Policy(), allow_loopback=True)
        self._transport = Transport(deadline, clock=clock, policy=policy)
        self._stopped = threading.Event()

    def send(self, task: HttpTask, *, secret: Secrets | None = None) -> Run:
        """Run a task: try until an attempt succeeds or the retries are used up.

        Args:
            task: what to send.
            secret: signs instead of the task's own; of several, newest first, as many sign as the
                scheme's header takes.

        Raises:
            HookproofError: nothing could be sent: the secret is missing or none of the scheme's, the
                task writes the scheme's header, the clock is wrong.
        """
        outgoing, sign = self._prepare(task, secret)
        guid: str | None = None
        attempts: list[Attempt] = []
        for number in range(1, outgoing.max_retries + 2):
            if number == 2:
                guid = str(uuid.uuid4())
            attempt = self._attempt(outgoing, sign, number, guid)
            # A refused target stays refused until a setting is changed.
            again = not attempt.succeeded and attempt.cause != "target_refused"
            again = again and number <= outgoing.max_retries
            if again and not self._stopped.is_set():
                pause = delay(number, self._rng, base=self._retry_base, cap=self._retry_cap)
                attempt = replace(attempt, retry_in_s=pause)
            attempts.append(attempt)
            self._tell(attempt)
            if attempt.succeeded:
                return Run("delivered", guid, tuple(attempts))
            if attempt.cause == "interrupted" or (again and self._stopped.wait(attempt.retry_in_s)):
                return Run("unknown", guid, tuple(attempts))
            if not again:
                break
        return Run("failed", guid, tuple(attempts))

    def test(self, task: HttpTask, *, secret: Secrets | None = None) -> Attempt:
        """Send a task once, as the platform's Test button does: no GUID, no retry.

        Raises:
            HookproofError: as for `send`.
        """
        outgoing, sign = self._prepare(task, secret)
        attempt = self._attempt(outgoing, sign, 1, None)
        self._tell(attempt)
        return attempt

    def stop(self) -> None:
        """End what is under way, from another thread: attempts and waits are cut short.

        Their runs end as `unknown`, unless an attempt got through. A sender that was stopped sends
        nothing any more.
        """
        self._stopped.set()
        self._transport.stop()

    def _made(self, scheme: str | Scheme) -> Scheme:
        return self._http_task if scheme == self._http_task.name else by_name(scheme)

    def _prepare(self, task: HttpTask, secret: Secrets | None) -> tuple[Outgoing, _Sign]:
        scheme = self._made(task.scheme) if task.scheme else self._scheme
        refuse_headers_of(scheme, task)
        outgoing = prepare(task, secret)
        if not outgoing.secrets:
            return outgoing, dict
        signer = Signer(scheme, secrets=outgoing.secrets, clock=self._clock)
        message_id: str | None = None

        def sign() -> dict[str, str]:
            nonlocal message_id
            headers = signer.sign(outgoing.body, message_id=message_id)
            if scheme.identity == "id":  # the first attempt's is the message's
                message_id = scheme.message_id(scheme.read(headers)[1])
            return headers

        return outgoing, sign

    def _attempt(self, outgoing: Outgoing, sign: _Sign, number: int, guid: str | None) -> Attempt:
        start = self._transport.start(number, guid)
        signature = sign()
        if self._on_start:
            self._on_start(start)
        return self._transport.attempt(start, outgoing, signature=signature)

    def _tell(self, attempt: Attempt) -> None:
        if self._on_attempt:
            self._on_attempt(attempt)
