"""The sender for a program that knows none: what the entry point `hookproof.task_runner` names."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hookproof.errors import HookproofError
from hookproof_runtime.logs import get_logger
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import (
    PlanEdge,
    PlanNode,
    PlanNodeRun,
    PlanRunSeen,
    PlanSeen,
    Tested,
)

from .app import Sender
from .outbox import Worker
from .plans import FlowTask, load_plan
from .plans.overrides import overrides_from, refuse_carrying_off
from .plans.running import PlanRun, RunHeld
from .targets import Allowed, ConnectTo, Forbidden, Policy
from .tasks import HttpTask, task_from

CLOSES_WITHIN = 10.0
"""Seconds that attempts under way have to end in; then they are cut off, and count as interrupted."""

PLANS_AT_ONCE = 8
"""Runs of plans that are under way at once; further ones wait on record."""

_log = get_logger(__name__)


def make(settings: SenderSettings) -> Runner:
    """A runner that sends as the table `[sender]` says.

    Raises:
        BadConfiguration: something in it cannot be right.
    """
    return Runner(settings)


class Runner:
    """A sender, and a worker of this process that sends what it records.

    The worker starts with the first message, or with `start`. Workers of other processes may share the
    outbox.

    Args:
        settings: the table `[sender]`.

    Raises:
        BadConfiguration: something in it cannot be right.
    """

    def __init__(self, settings: SenderSettings) -> None:
        self._sender = _sender(settings)
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._plans = self._sender.plan_runner()
        self._pool = ThreadPoolExecutor(PLANS_AT_ONCE, thread_name_prefix="hookproof plans")

    def check(self, record: Mapping[str, Any]) -> None:
        """See that a record is a task that can be sent."""
        self._sender.check(_task(record))

    def test(self, record: Mapping[str, Any]) -> Tested:
        """Send a task once, as the platform's Test button does."""
        attempt = self._sender.test(_task(record))
        return Tested(attempt.status, None if attempt.succeeded else attempt.sentence)

    def enqueue(self, record: Mapping[str, Any], *, key: str, at_ns: int) -> str:
        """Put a message on record, once for its key and time, and have the worker send it."""
        message_id = self._sender.outbox.enqueue_once(_task(record), key=key, at_ns=at_ns)
        self._work()
        return message_id

    def plan(self, file: Path) -> PlanSeen:
        """What the file of a plan says."""
        plan = load_plan(file)
        nodes = tuple(
            PlanNode(one.handle, one.name, "flow" if isinstance(one.task, FlowTask) else "http")
            for one in plan.nodes
        )
        edges = tuple(PlanEdge(one.source, one.target, one.rule) for one in plan.edges)
        return PlanSeen(plan.id, plan.name, nodes, edges)

    def run_plan(self, file: Path, overrides: Sequence[Mapping[str, Any]], *, run_id: str) -> None:
        """Put a run on record, and run it in a thread of its own."""
        plan = load_plan(file)
        changes = overrides_from(plan, list(overrides))
        refuse_carrying_off(plan, changes)  # whoever asks is at a network's other end
        self._plans.start(plan, overrides=changes, run_id=run_id)
        self.resume_plan(run_id)

    def resume_plan(self, run_id: str) -> None:
        """Have a run go on that a process left; where this one was closed, the next one has it."""
        with self._lock:
            if not self._closed:
                self._pool.submit(self._run_plan, run_id)

    def plan_run(self, run_id: str) -> PlanRunSeen | None:
        """A run as it stands."""
        run = self._plans.record(run_id)
        return None if run is None else _seen(run)

    def start(self) -> None:
        """Send what an earlier process left on record."""
        self._sender.outbox.open()
        self._work()

    def close(self) -> None:
        """Stop the worker; what is left is on record."""
        with self._lock:
            self._closed = True
            worker, thread = self._worker, self._thread
        if worker is not None and thread is not None:
            worker.stop()
            thread.join(CLOSES_WITHIN)
        self._sender.stop()
        if thread is not None:
            thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run_plan(self, run_id: str) -> None:
        try:
            run = self._plans.run(run_id)
        except RunHeld:
            return  # another process has it
        except Exception as error:
            _log.error("plan not run to its end", run=run_id, error=str(error).partition("\n")[0])
            return
        _log.info("plan run", run=run_id, plan=run.name, state=run.state)

    def _work(self) -> None:
        """See that the worker runs; one whose database failed is followed by another."""
        with self._lock:
            if self._closed or (self._thread is not None and self._thread.is_alive()):
                return
            self._worker = self._sender.worker()
            self._thread = threading.Thread(
                target=_run, args=(self._worker,), name="hookproof task runner", daemon=True
            )
            self._thread.start()


def _run(worker: Worker) -> None:
    try:
        worker.run()
    except HookproofError as error:
        _log.error("messages wait until another one is recorded", error=str(error))


def _seen(run: PlanRun) -> PlanRunSeen:
    nodes = tuple(
        PlanNodeRun(
            handle=one.handle,
            name=one.name,
            kind=one.kind,
            state=one.state,
            sentence=one.sentence,
            message_id=one.message_id,
            jobs=one.jobs,
            attempts=one.attempts,
            status=one.status,
            started_ms=one.started_ms,
            ended_ms=one.ended_ms,
        )
        for one in run.nodes
    )
    return PlanRunSeen(run.id, run.state, run.recorded_ms, run.started_ms, run.ended_ms, nodes)


def _task(record: Mapping[str, Any]) -> HttpTask:
    try:
        return task_from(record, source="the webhook")
    finally:
        del record  # a traceback may show locals


def _sender(settings: SenderSettings) -> Sender:
    return Sender(
        database=settings.database,
        policy=Policy(
            forbidden=Forbidden(settings.forbiddenIPs),
            allowed=Allowed(settings.allowedUrlRegexes),
            unmatched=settings.unmatched,
            allow_loopback=settings.allowLoopback,
            connect_to=tuple(ConnectTo.parse(text) for text in settings.connectTo),
        ),
        deadline=settings.deadline,
        scheme=settings.scheme,
        time_unit=settings.timeUnit,
        profile=settings.profile,
        guid=settings.guid,
        retry_base=settings.retryBase,
        retry_cap=settings.retryCap,
    )
