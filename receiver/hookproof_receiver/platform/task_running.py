"""The task runner of this process: found when it is needed first, and made again after a fork."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from hookproof.errors import BadConfiguration
from hookproof_runtime.task_runner import NotInstalled, TaskRunner

from .refusal import Refusal


class TaskRunning:
    """Holds the task runner, which takes long to load and is seldom needed.

    Args:
        make: finds and makes it. Raises NotInstalled where there is none.
    """

    def __init__(self, make: Callable[[], TaskRunner]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._pid = 0
        self._runner: TaskRunner | None = None

    def get(self) -> TaskRunner:
        """The runner.

        Raises:
            NotInstalled: there is none.
            BadConfiguration: something in its settings cannot be right.
        """
        with self._lock:
            if self._runner is None or self._pid != os.getpid():
                self._runner, self._pid = self._make(), os.getpid()
            return self._runner

    def asked(self) -> TaskRunner:
        """The runner, for a request.

        Raises:
            Refusal: 501, there is none, or none that could be made.
        """
        try:
            return self.get()
        except (NotInstalled, BadConfiguration) as error:
            raise Refusal(
                501, "NotImplementedException", "This receiver cannot send.", str(error)
            ) from error

    def close(self) -> None:
        """Stop the one that was made in this process."""
        with self._lock:
            runner, self._runner = self._runner, None
            mine = self._pid == os.getpid()
        if runner is not None and mine:
            runner.close()
