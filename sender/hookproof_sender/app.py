"""The sender's composition root: a task's run, from its first attempt to its outcome."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random, SystemRandom
from typing import Literal, get_args

from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration, HookproofError
from hookproof.keys import Secrets
from hookproof.schemes import Scheme
from hookproof_runtime.database import Engine

from .outbox import Leased, Outbox, State, Terms, Worker
from .outbox.carrying import carry
from .outbox.outbox import DEFAULT_DATABASE, LEASE
from .outbox.signing import sign
from .outbox.worker import Watcher
from .plans.running import Event, PlanRunner
from .plans.running.parts import Parts
from .plans.running.runner import AT_ONCE
from .targets import Policy
from .tasks import HttpTask
from .wire import Attempt, Start, Transport, unmade
from .wire.profiles import Profile

Outcome = Literal["delivered", "failed", "cancelled", "unknown"]
"""How a run ended. `cancelled`: by somebody else, between two attempts. `unknown`: it was stopped, or
another process has it now, or the last attempt's outcome is not known."""


OnStart = Callable[[Start], None]
"""Told of an attempt before its first byte leaves."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one task."""

    id: str
    """The message, as the outbox calls it: `msg_…`."""
    outcome: Outcome
    """How it ended."""
    state: State
    """Where the message stands: `pending` or `in_flight` where it goes on elsewhere."""
    guid: str | None
    """What its retries carried; None where there was no retry."""
    attempts: tuple[Attempt, ...]
    """Every attempt, the first one first."""


class Sender:
    """Sends HTTP tasks, each on record before its first byte leaves. It serves any number of threads.

    Args:
        database: where messages are recorded: a URL or an SQLAlchemy engine; opened with the first one.
        allow_loopback: let messages go to this machine, on top of what the policy says; shown on
            each attempt.
        policy: where messages may go; None for the default, which is all public addresses.
        deadline: the whole of one attempt, in seconds, from resolving the name to the answer's last
            byte.
        scheme: signs what names no scheme itself: a name, or a scheme of your own.
        time_unit: what `t` counts in the scheme `http-task`.
        profile: which failures are retried: `platform` or `considerate`.
        guid: which attempts carry the GUID: `on-retry` or `always`.
        retry_base: the first delay's upper bound, in seconds; it doubles with every retry.
        retry_cap: the largest upper bound, in seconds.
        lease: seconds that a message is held without a sign of life, before a worker takes it over;
            None for 60, or twice the deadline.
        clock: the wall clock, for signatures and records; waits go by the monotonic one.
        rng: where delays come from.
        on_start: told of each attempt before its first byte leaves.
        on_attempt: told of each attempt when it is over.

    Raises:
        ValueError: a span of time is not above 0, or there is no such scheme, profile or other word.
        BadConfiguration: the lease is not longer than the deadline.
    """

    def __init__(
        self,
        *,
        database: str | Engine = DEFAULT_DATABASE,
        allow_loopback: bool = False,
        policy: Policy | None = None,
        deadline: float = 30.0,
        scheme: str | Scheme = "http-task",
        time_unit: Literal["ms", "s"] = "ms",
        profile: Profile = "platform",
        guid: Literal["on-retry", "always"] = "on-retry",
        retry_base: float = 1.0,
        retry_cap: float = 60.0,
        lease: float | None = None,
        clock: Clock = system_clock,
        rng: Random | None = None,
        on_start: OnStart | None = None,
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None:
        lease = max(LEASE, 2 * deadline) if lease is None else lease
        for name, span in ("deadline", deadline), ("lease", lease):
            if not 0 < span <= threading.TIMEOUT_MAX:  # not NaN either
                raise ValueError(f"{name} is a number of seconds above 0, not {span!r}")
        for name, word, words in (
            ("time_unit", time_unit, ("ms", "s")),
            ("profile", profile, get_args(Profile)),
            ("guid", guid, ("on-retry", "always")),
        ):
            if word not in words:
                raise ValueError(f"{name} is {' or '.join(map(repr, words))}, not {word!r}")
        if lease <= deadline:
            raise BadConfiguration(
                f"a lease of {lease:g} s ends before an attempt may ({deadline:g} s): make it longer"
            )
        own = () if isinstance(scheme, str) else (scheme,)
        terms = Terms(
            scheme=scheme if isinstance(scheme, str) else scheme.name,
            time_unit=time_unit,
            profile=profile,
            guid=guid,
            retry_base=retry_base,
            retry_cap=retry_cap,
        )
        self.outbox = Outbox(database, terms=terms, schemes=own, lease=lease, clock=clock)
        """Where messages are recorded."""
        self.outbox.scheme_of(terms)  # fails here where there is none
        self._clock = clock
        self._rng = rng or SystemRandom()
        self._on_start = on_start
        self._on_attempt = on_attempt
        if allow_loopback:
            policy = replace(policy or Policy(), allow_loopback=True)
        self._transport = Transport(deadline, clock=clock, policy=policy)
        self._workers_transport = Transport(deadline, clock=clock, policy=policy, keep_alive=True)
        self._stopped = threading.Event()
        self._workers: weakref.WeakSet[Worker] = weakref.WeakSet()

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
        try:
            leased = self._draft(task, secret)
        finally:
            del secret  # a traceback may show locals
        self.outbox.begin(leased)
        state, attempts = carry(
            self.outbox,
            leased,
            lambda one: self._attempt(one, self._transport, self._on_start),
            rng=self._rng,
            wait=self._stopped.wait,
            tell=self._tell,
        )
        return _run(leased, state, attempts)

    def check(self, task: HttpTask) -> None:
        """See that a task could be sent; nothing is.

        Raises:
            HookproofError: as for `send`.
        """
        self._draft(task, None)

    def test(self, task: HttpTask, *, secret: Secrets | None = None) -> Attempt:
        """Send a task once, as the platform's Test button does: no GUID, no retry.

        Raises:
            HookproofError: as for `send`.
        """
        try:
            leased = self._draft(task, secret)
        finally:
            del secret
        on_no_record = replace(leased, lease_ms=sys.maxsize)  # so that nobody can take it over
        attempt = self._attempt(on_no_record, self._transport, self._on_start)
        self._tell(attempt)
        return attempt

    def worker(
        self, *, in_flight: int = 32, per_endpoint: int = 8, on_attempt: Watcher | None = None
    ) -> Worker:
        """Make a worker, which sends what is on record and not under way elsewhere.

        Args:
            in_flight: attempts at once.
            per_endpoint: attempts at once to one endpoint (scheme, host and port).
            on_attempt: told of each attempt when it is on record.
        """
        worker = Worker(
            self.outbox,
            lambda leased: self._attempt(leased, self._workers_transport, self._on_start),
            in_flight=in_flight,
            per_endpoint=per_endpoint,
            rng=self._rng,
            on_attempt=on_attempt,
        )
        self._workers.add(worker)
        return worker

    def plan_runner(
        self,
        *,
        at_once: int = AT_ONCE,
        strict: bool = False,
        on_event: Callable[[Event], None] | None = None,
    ) -> PlanRunner:
        """Make what runs plans, and takes up what was left of them.

        Args:
            at_once: how many nodes of a run there may be under way at once.
            strict: a reference that names nothing fails its node before anything of that is sent.
            on_event: told of what happens in its runs, in the thread that it happens in.

        Raises:
            ValueError: `at_once` is below 1.
        """
        parts = Parts(
            outbox=self.outbox,
            draft=lambda task: self._draft(task, None),
            make=lambda leased, begun: self._attempt(leased, self._transport, begun),
            fetch=lambda asked: self._transport.attempt(
                self._transport.start(1, None), asked, signature={}
            ),
            rng=self._rng,
            stopped=self._stopped,
        )
        return PlanRunner(parts, at_once=at_once, strict=strict, on_event=on_event)

    def stop(self) -> None:
        """End what is under way, from another thread: attempts and waits are cut short.

        Their runs end as `unknown`, unless an attempt got through; its workers are stopped. A sender
        that was stopped sends nothing any more.
        """
        self._stopped.set()
        for worker in list(self._workers):
            worker.stop()  # first: it would go on with attempts that are cut off, and use them up
        self._transport.stop()
        self._workers_transport.stop()
        self._workers_transport.close()

    def _draft(self, task: HttpTask, secret: Secrets | None) -> Leased:
        try:
            leased = self.outbox.draft(task, secret=secret)
        finally:
            del secret
        self._sign(leased)  # what cannot be signed is not recorded either
        return leased

    def _sign(self, leased: Leased) -> dict[str, str]:
        return sign(leased, self.outbox.scheme_of(leased.terms), self._clock)

    def _attempt(self, leased: Leased, transport: Transport, on_start: OnStart | None) -> Attempt:
        start = transport.start(leased.number, leased.guid_sent)
        try:
            signature = self._sign(leased)
        except HookproofError as error:  # the secret is not where it was when this was recorded
            now_ms = start.started_ns // 1_000_000
            return unmade(leased.number, now_ms, None, "local_failure", str(error))
        if on_start:
            on_start(start)
        # A pipe that was full, or a process that was suspended: somebody else may be sending it now.
        if self.outbox.now_ms() >= leased.lease_ms:
            self.outbox.hold(leased)
        return transport.attempt(start, leased.outgoing, signature=signature)

    def _tell(self, attempt: Attempt) -> None:
        if self._on_attempt:
            self._on_attempt(attempt)


def _run(leased: Leased, state: State, attempts: list[Attempt]) -> Run:
    # What goes on elsewhere, or waits for a worker, has no outcome yet that could be told here.
    outcome: Outcome = "unknown" if state == "pending" or state == "in_flight" else state
    guid = next((one.guid for one in reversed(attempts) if one.guid), None)
    return Run(leased.id, outcome, state, guid, tuple(attempts))
