"""Starting a worker, hearing how far it is, and knowing why it ended."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from hookproof.errors import HookproofError

from .recipe import Recipe

TIME_LIMIT_S = 600.0
"""A job group that takes longer is ended."""


class JobFailed(HookproofError):
    """A step raised, or its process died; the sentence is kept with the job group."""


class Worker:
    """One process that runs the steps of one job group.

    Args:
        recipe: what to run.
        folder: what its steps write into.
        time_limit_s: how long it may take, in seconds.
    """

    def __init__(self, recipe: Recipe, folder: Path, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._time_limit_s = time_limit_s
        self._missing = len(recipe.steps)
        self._ended_because: str | None = None
        # -P: a file of the working directory must not stand in for a module.
        module = [sys.executable, "-P", "-m", "hookproof_receiver.platform.worker"]
        self._process = subprocess.Popen(  # noqa: S603  (our own module; nothing of it from a request)
            [*module, str(folder.absolute()), *(step.function for step in recipe.steps)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def stop(self, reason: str) -> None:
        """End it now. Does nothing where it has ended.

        Args:
            reason: why, as it is to be kept: "the receiver was stopped".
        """
        self._ended_because = self._ended_because or reason
        self._process.kill()

    def steps(self) -> Iterator[None]:
        """Yield once for each step that is done; end with the last.

        Raises:
            JobFailed: a step raised, or the process ended before its last step was done.
        """
        limit = threading.Timer(
            self._time_limit_s, self.stop, [f"it took longer than {self._time_limit_s:g} s"]
        )
        limit.daemon = True
        limit.start()
        try:
            with self._process:
                for line in self._process.stdout or ():
                    report = json.loads(line)
                    if "error" in report:
                        raise JobFailed(report["error"])
                    self._missing -= 1
                    yield
                self._process.wait()  # its input is open until then, or it would end as an orphan
            if self._missing:
                raise JobFailed(self._ended_because or _how_it_ended(self._process.returncode))
        finally:
            limit.cancel()
            self._process.kill()


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"its process was killed by signal {-code}"
    return f"its process ended with {code} before it was done"
