"""Whether a message could be kept now: tried, and not tried more often than it must be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

from hookproof.errors import HookproofError
from hookproof_runtime.database import Busy, StorageError
from hookproof_runtime.logs import get_logger

from ..inbox.outcome import describe

EVERY = 0.25
"""Seconds that an answer holds: whoever asks more often gets the same one."""

PATIENCE = 2.0
"""Seconds that a try may take before everybody else is told that nothing can be kept."""

NotReady: TypeAlias = Literal["stopping", "busy", "not_kept"]
"""Why not, as the contract's codes have it."""

_log = get_logger(__name__)


class Readiness:
    """Serves any number of threads; one of them tries at a time.

    Args:
        try_to_keep: writes to the store and takes it back; raises what keeps it from being written.
        has_room: whether a handler could run.
    """

    def __init__(self, try_to_keep: Callable[[], None], has_room: Callable[[], bool]) -> None:
        self._try_to_keep = try_to_keep
        self._has_room = has_room
        self._changed = threading.Condition()
        self._stopping = False
        self._tried = False  # ever
        self._code: NotReady | None = None
        self._holds_until = 0.0
        self._began: float | None = None  # when the try that is under way began

    def stop(self) -> None:
        """Be ready no more. From any thread, or a signal's handler."""
        self._stopping = True

    def ask(self) -> NotReady | None:
        """Why no message could be kept now; None where one could."""
        if self._stopping:
            return "stopping"
        code = self._of_the_store()
        if code is None and not self._has_room():
            return "busy"
        return code

    def _of_the_store(self) -> NotReady | None:
        with self._changed:
            now = time.monotonic()
            if self._began is not None:
                return self._while_another_tries(self._began, now)
            if self._tried and now < self._holds_until:
                return self._code
            self._began = now
        code: NotReady | None = "not_kept"
        try:
            code = self._try()
        finally:
            with self._changed:
                self._tried, self._code, self._began = True, code, None
                self._holds_until = time.monotonic() + EVERY
                self._changed.notify_all()
        return code

    def _while_another_tries(self, began: float, now: float) -> NotReady | None:
        until = began + PATIENCE
        if not self._tried:
            self._changed.wait_for(lambda: self._began != began, until - now)
        elif now < until:
            return self._code
        return "not_kept" if self._began == began else self._code

    def _try(self) -> NotReady | None:
        code: NotReady = "not_kept"
        try:
            self._try_to_keep()
            return None
        except Busy as error:
            code, reason = "busy", describe(error)
        except (HookproofError, StorageError, OSError) as error:
            reason = describe(error)
        if self._code is None:  # once, and not with each question
            _log.warning("not ready: a message could not be kept", code=code, error=reason)
        return code
