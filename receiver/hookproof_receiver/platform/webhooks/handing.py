"""Handing calls over to the task runner, until each is on record there."""

from __future__ import annotations

import os
import threading
from typing import Final

from hookproof.errors import BadConfiguration, HookproofError
from hookproof_runtime.database import StorageError
from hookproof_runtime.logs import get_logger
from hookproof_runtime.task_runner import TaskRunner

from ..task_running import TaskRunning
from .store import Call, WebhookStore

LOOKS_EVERY: Final = 5.0
"""Seconds after which it looks by itself: something was not handed over, or another process died."""

_log = get_logger(__name__)


class Handing:
    """Hands over what waits, oldest first, in a thread of its own, which begins when it is woken.

    Whoever dies between the task runner's record and the mark here is followed by one who hands the
    same call over again, and the task runner knows it. So it is where two processes look at once. Where
    there ever was a call, the task runner is started: what it recorded elsewhere may not be sent yet.

    Args:
        store: where the calls wait.
        running: has the task runner.
    """

    def __init__(self, store: WebhookStore, running: TaskRunning) -> None:
        self._store = store
        self._running = running
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._wrong: str | None = None

    def wake(self) -> None:
        """There may be something to hand over."""
        with self._lock:
            if self._closed:
                return
            if self._pid != os.getpid() or self._thread is None or not self._thread.is_alive():
                self._news, self._pid = threading.Event(), os.getpid()
                self._thread = threading.Thread(
                    target=self._run, args=(self._news,), name="hookproof webhooks", daemon=True
                )
                self._thread.start()
            self._news.set()

    def close(self) -> None:
        """Stop; what waits goes on at the next start."""
        with self._lock:
            self._closed = True
            thread = self._thread if self._pid == os.getpid() else None
            self._news.set()
        if thread is not None:
            thread.join()

    def _run(self, news: threading.Event) -> None:
        begun = False
        while not self._closed:
            news.clear()
            begun = self._hand_over(begun)
            news.wait(LOOKS_EVERY)

    def _hand_over(self, begun: bool) -> bool:
        """Hand over all that waits, or what of it can be now; whether the task runner was started."""
        try:
            if not begun and self._store.any_calls():
                self._running.get().start()
                begun = True
            while waiting := self._store.waiting():
                runner = self._running.get()
                for call in waiting:
                    if self._closed:
                        return begun
                    self._hand_one(runner, call)
            self._wrong = None
        except (HookproofError, StorageError) as error:
            sentence = str(error).partition("\n")[0]
            if self._wrong != sentence:  # and not again with every look
                _log.warning("webhooks wait", error=sentence)
            self._wrong = sentence
        return begun

    def _hand_one(self, runner: TaskRunner, call: Call) -> None:
        try:
            message_id = runner.enqueue(call.record, key=call.key, at_ns=call.at_ns)
        except BadConfiguration as never:  # by a newer version's rules, or a scheme of other settings
            self._store.done(call.key, error=str(never))
            _log.error(
                "webhook cannot be sent",
                webhook=call.name,
                job_group=call.job_group_id,
                error=str(never),
            )
            return
        self._store.done(call.key, message_id=message_id)
        _log.info(
            "webhook recorded", webhook=call.name, job_group=call.job_group_id, message=message_id
        )
