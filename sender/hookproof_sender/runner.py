"""The sender for a program that knows none: what the entry point `hookproof.task_runner` names."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from hookproof.errors import HookproofError
from hookproof_runtime.logs import get_logger
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import Tested

from .app import Sender
from .outbox import Worker
from .targets import Allowed, ConnectTo, Forbidden, Policy
from .tasks import HttpTask, task_from

CLOSES_WITHIN = 10.0
"""Seconds that attempts under way have to end in; then they are cut off, and count as interrupted."""

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

    def check(self, record: Mapping[str, Any]) -> None:
        """See that a record is a task that can be sent."""
        task = _task(record)
        self._sender.outbox.draft(task)  # what its scheme would refuse

    def test(self, record: Mapping[str, Any]) -> Tested:
        """Send a task once, as the platform's Test button does."""
        attempt = self._sender.test(_task(record))
        return Tested(attempt.status, None if attempt.succeeded else attempt.sentence)

    def enqueue(self, record: Mapping[str, Any], *, key: str, at_ns: int) -> str:
        """Put a message on record, once for its key and time, and have the worker send it."""
        message_id = self._sender.outbox.enqueue_once(_task(record), key=key, at_ns=at_ns)
        self._work()
        return message_id

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
