"""One node that is under way, until its end is on record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hookproof_runtime.database import Connection
from hookproof_runtime.masking import masked_url

from ...outbox import Leased, State
from ...outbox.carrying import carry
from ...outbox.outbox import OUTCOME_WAITS
from ...outbox.store import changing
from ...outbox.store.marking import Mark
from ...wire import Attempt
from ..plan import FlowTask, Node, Platform
from . import ends, metadata, store
from .events import AttemptBegun, AttemptOver, Event, JobSeen, Waits, Warned
from .jobs import Interrupted, Jobs, Unanswered
from .parts import Parts
from .store import NodeEnd

_LOOKS_EVERY = 0.25  # seconds: how soon it is seen what another process did with a message
_NOTICES = 0.25  # seconds: how soon a wait ends because the run was given up


@dataclass(slots=True)
class Open:
    """A node that runs."""

    node: Node
    """Which one."""
    message_id: str | None
    """Its message."""
    leased: Leased | None
    """That, where its next attempt may be made at once."""
    jobs: tuple[int, ...]
    """The job groups that it started, as far as they are known."""
    warnings: tuple[str, ...]
    """What was said of it."""
    started_ms: int | None
    """When it started, in Unix milliseconds."""
    end: NodeEnd | None = None
    """How it ended, once that is on record."""


class Nodes:
    """Runs nodes, each in a thread of its own.

    Args:
        parts: the sender's own.
        run_id: the run.
        platform: where flow nodes run their jobs.
        tell: told of what happens.
    """

    def __init__(
        self, parts: Parts, run_id: str, platform: Platform | None, tell: Callable[[Event], None]
    ) -> None:
        self._parts = parts
        self._outbox = parts.outbox
        self._run_id = run_id
        self._tell = tell
        self._given_up = threading.Event()
        self._jobs: Jobs | None = None
        if platform is not None:
            self._jobs = Jobs(parts.fetch, self._wait, platform.url, platform.token)

    def give_up(self) -> None:
        """Begin nothing more, because the run cannot go on."""
        self._given_up.set()

    def run(self, one: Open) -> NodeEnd | None:
        """Run a node; its end, which is on record, or None where it was cut short.

        Raises:
            HookproofError: the database cannot be used.
        """
        try:
            if isinstance(one.node.task, FlowTask):
                self._flow(one)
            elif self._settle(one, self._on_http_attempt(one)) is not None and one.end is None:
                self._end_by_record(one)
        except Interrupted:
            return None
        if one.end is not None:
            for warning in one.end.warnings[len(one.warnings) :]:
                self._tell(Warned(one.node.handle, warning))
        return one.end

    def _flow(self, one: Open) -> None:
        if not one.jobs:
            state = self._settle(one, self._on_flow_attempt(one))
            if state is None:
                return
            if not one.jobs and one.end is None:
                self._find_jobs(one)
        if one.jobs:
            self._follow(one)

    def _settle(self, one: Open, beside: Callable[[Connection, Mark], None]) -> State | None:
        """Until a node's message is at its end: where it stands; None where it was cut short."""
        assert one.message_id is not None
        leased = one.leased
        waits_in: State | None = None  # what was told of it
        while True:
            if leased is not None:
                state, _ = carry(
                    self._outbox,
                    leased,
                    self._attempt_of(one),
                    rng=self._parts.rng,
                    wait=self._wait,
                    tell=lambda attempt: self._tell(AttemptOver(one.node.handle, attempt)),
                    beside=beside,
                )
                if state not in ("pending", "in_flight"):
                    return state
            if self._is_over():
                return None
            standing = self._outbox.take_up(one.message_id, self._parts.rng)
            leased = standing.leased
            if leased is None:
                if standing.wait_ms is None:
                    return standing.state or "cancelled"
                if standing.state != waits_in:
                    waits_in = standing.state
                    elsewhere = waits_in == "in_flight"
                    self._tell(Waits(one.node.handle, standing.wait_ms / 1000, elsewhere))
                if self._wait(min(_LOOKS_EVERY, standing.wait_ms / 1000)):
                    return None

    def _attempt_of(self, one: Open) -> Callable[[Leased], Attempt]:
        def make(leased: Leased) -> Attempt:
            outgoing = leased.outgoing
            target = f"{outgoing.method} {masked_url(outgoing.url)}"
            return self._parts.make(
                leased,
                lambda start: self._tell(AttemptBegun(one.node.handle, start, leased.allowed, target)),
            )

        return make

    def _on_http_attempt(self, one: Open) -> Callable[[Connection, Mark], None]:
        def beside(connection: Connection, mark: Mark) -> None:
            if mark.step.state != "pending":
                self._end(one, self._end_of(one, mark.step.state, mark.attempt), connection)

        return beside

    def _on_flow_attempt(self, one: Open) -> Callable[[Connection, Mark], None]:
        def beside(connection: Connection, mark: Mark) -> None:
            attempt, state = mark.attempt, mark.step.state
            if state == "delivered":
                one.jobs = ends.jobs_of(attempt.answer)
                store.keep_jobs(connection, self._run_id, one.node.handle, one.jobs)
            elif state == "failed" and attempt.status != ends.REPEATED and attempt.number == 1:
                self._end(one, self._end_of(one, state, attempt), connection)

        return beside

    def _end_by_record(self, one: Open) -> None:
        """End a node by what the outbox says of its message, which somebody else ended."""
        assert one.message_id is not None
        kept = self._outbox.show(one.message_id)
        state: State = kept.state if kept else "unknown"
        last = kept.history[-1] if kept and kept.history else None
        self._end_alone(one, self._end_of(one, state, last))

    def _end_of(self, one: Open, state: State, attempt: Attempt | None) -> NodeEnd:
        assert one.message_id is not None
        refusal = ""
        if isinstance(one.node.task, FlowTask) and attempt is not None:
            assert self._jobs is not None
            refusal = self._jobs.refusal_of(attempt)
        return ends.of_message(
            one.node,
            state,
            attempt,
            message_id=one.message_id,
            started_ms=one.started_ms,
            now_ms=self._outbox.now_ms(),
            warnings=one.warnings,
            refusal=refusal,
        )

    def _find_jobs(self, one: Open) -> None:
        """Find out what a message started that somebody else sent, or whose answer nobody has.

        That may be so of an earlier attempt than the last one: so a message that failed after several
        is asked about once, where the platform says something now.
        """
        assert one.message_id is not None
        assert self._jobs is not None
        kept = self._outbox.show(one.message_id)
        last = kept.history[-1] if kept and kept.history else None
        if kept and last and kept.state == "delivered":
            one.jobs = ends.jobs_of(last.answer)
        repeated = last is not None and last.status == ends.REPEATED
        failed = kept is not None and kept.state == "failed" and not repeated
        if repeated:
            self._arrived(one)
        if not one.jobs and (kept is None or kept.state != "cancelled"):
            try:
                one.jobs = self._jobs.find(f"{self._run_id}/{one.node.handle}", once=failed)
            except Unanswered as error:
                if not failed:
                    self._end_unknown(one, str(error))
                    return
        if one.jobs:
            self._arrived(one)
        elif repeated or (kept and kept.state == "delivered"):
            self._end_unknown(one, "the platform took the request, and names no job that it started")
        else:
            self._end_by_record(one)

    def _arrived(self, one: Open) -> None:
        """Record what jobs are known, and that the message arrived, whatever its last answer said."""
        assert one.message_id is not None
        with self._outbox.storage.writing(OUTCOME_WAITS) as connection:
            changing.count_as_delivered(connection, one.message_id, self._outbox.now_ms())
            store.keep_jobs(connection, self._run_id, one.node.handle, one.jobs)

    def _follow(self, one: Open) -> None:
        assert self._jobs is not None
        statuses: dict[int, str] = {}
        reasons: dict[int, str] = {}
        try:
            for job in one.jobs:
                for status in self._jobs.follow(job):
                    statuses[job] = status
                    self._tell(JobSeen(one.node.handle, job, status))
            outputs = self._outputs(one, reasons)
        except Unanswered as error:
            self._end_unknown(one, str(error))
            return
        assert one.message_id is not None
        kept = self._outbox.show(one.message_id)
        end = ends.of_jobs(
            one.node,
            statuses,
            reasons,
            outputs,
            attempts=kept.attempts if kept else 1,
            status=kept.status if kept else None,
            started_ms=one.started_ms,
            now_ms=self._outbox.now_ms(),
            warnings=one.warnings,
        )
        self._end_alone(one, end)

    def _outputs(self, one: Open, reasons: dict[int, str]) -> dict[str, Any]:
        """What references may read of each job, by its recipe's name; `reasons` has why it failed."""
        assert self._jobs is not None
        outputs: dict[str, Any] = {}
        for job in one.jobs:
            record = self._jobs.record(job)
            if isinstance(record, dict):
                if reason := ends.reason_of(record):
                    reasons[job] = reason
                said = metadata.of_job(record, self._jobs.outputs(job))
                outputs[said.get("name") or f"job {job}"] = said
        return outputs

    def _end_unknown(self, one: Open, sentence: str) -> None:
        now_ms = self._outbox.now_ms()
        said = metadata.of_end(one.node, "unknown", one.started_ms, now_ms)
        self._end_alone(one, NodeEnd("unknown", sentence, said, one.warnings))

    def _end_alone(self, one: Open, end: NodeEnd) -> None:
        with self._outbox.storage.writing(OUTCOME_WAITS) as connection:
            self._end(one, end, connection)

    def _end(self, one: Open, end: NodeEnd, connection: Connection) -> None:
        store.end_node(connection, self._run_id, one.node.handle, end, self._outbox.now_ms())
        one.end = end

    def _wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not self._is_over() and (left := until - time.monotonic()) > 0:
            self._parts.stopped.wait(min(left, _NOTICES))
        return self._is_over()

    def _is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._given_up.is_set() or self._parts.stopped.is_set()
