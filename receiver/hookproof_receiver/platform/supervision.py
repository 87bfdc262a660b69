"""Starting a worker, hearing how far it is, and knowing why it ended."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hookproof.errors import HookproofError

from .recipes import Recipe

TIME_LIMIT_S = 600.0
"""A job group that takes longer is ended."""

WATCH_S = 1.0
"""How long nothing may be heard of a worker before somebody asks whether it is still wanted."""


class JobFailed(HookproofError):
    """A step raised, or its process died; the sentence is kept with the job group."""


class Worker:
    """One process that runs the steps of one job group.

    Args:
        recipe: what to run.
        folder: what its steps write into.
        data: what all runs share.
        parameters: the run parameters.
        time_limit_s: how long it may take, in seconds.
    """

    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        data: Path,
        parameters: Mapping[str, str],
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._time_limit_s = time_limit_s
        self._missing = len(recipe.steps)
        self._ended_because: str | None = None
        self._order = {
            "folder": str(folder.absolute()),
            "data": str(data.absolute()),
            "steps": [step.function for step in recipe.steps],
            "parameters": dict(parameters),
            "path": sys.path,
        }
        # -P: a file of the working directory must not stand in for a module. The order goes over the
        # pipe: a list of processes shows the arguments of each to everybody.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hookproof_receiver.platform.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def stop(self, reason: str) -> None:
        """End it now. Does nothing where it has ended.

        Args:
            reason: why, as it is to be kept: "it took longer than 5 s".
        """
        self._ended_because = self._ended_because or reason
        self._process.kill()

    def reports(self) -> Iterator[dict[str, Any] | None]:
        """Yield each report of the worker as it comes, and None where nothing came for `WATCH_S`.

        Raises:
            JobFailed: a step raised, or the process ended before its last step was done.
        """
        try:
            with self._process:
                try:
                    self._send_order()
                    for report in self._heard():
                        if report is not None and "error" in report:
                            raise JobFailed(report["error"])
                        self._missing -= report is not None and "done" in report
                        yield report
                except BaseException:
                    self._process.kill()  # or leaving would wait for it
                    raise
                self._process.wait()  # its input is open until then, or it would end as an orphan
            if self._missing:
                raise JobFailed(self._ended_because or _how_it_ended(self._process.returncode))
        finally:
            self._process.kill()

    def _send_order(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it died at once: why, is known below
            self._process.stdin.write(json.dumps(self._order).encode() + b"\n")
            self._process.stdin.flush()

    def _heard(self) -> Iterator[dict[str, Any] | None]:
        assert self._process.stdout is not None
        out = self._process.stdout.fileno()
        waiting = select.poll()
        waiting.register(out, select.POLLIN)
        deadline = time.monotonic() + self._time_limit_s
        rest = b""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                # What it started may have its output open still: nobody waits for that to end.
                self.stop(f"it took longer than {self._time_limit_s:g} s")
                return
            if not waiting.poll(max(0.0, min(WATCH_S, left)) * 1000):
                if self._process.poll() is not None:
                    return
                yield None
                continue
            read = os.read(out, 65536)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                yield json.loads(line)


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"its process was killed by signal {-code}"
    return f"its process ended with {code} before it was done"
