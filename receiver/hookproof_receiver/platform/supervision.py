"""Starting a worker, hearing how far it is, and knowing why it ended."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
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
    """One process that runs the steps of one job group, and whatever these start.

    It leads a process group of its own. That is ended as a whole, however the worker ended: only what
    left the group on purpose (`setsid`) goes on.

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
            process_group=0,
        )
        self._signalling = threading.Lock()
        self._is_reaped = False

    def stop(self, reason: str) -> None:
        """End it now. Does nothing where it has ended.

        Args:
            reason: why, as it is to be kept: "it took longer than 5 s".
        """
        self._ended_because = self._ended_because or reason
        self._kill()

    def reports(self) -> Iterator[dict[str, Any] | None]:
        """Yield each report of the worker as it comes, and None where nothing came for `WATCH_S`.

        Raises:
            JobFailed: a step raised, the process ended before its last step was done, or was stopped.
        """
        try:
            self._send_order()
            for report in self._heard():
                if report is not None and "error" in report:
                    raise JobFailed(report["error"])
                self._missing -= report is not None and "done" in report
                yield report
        finally:
            self._reap()
        if self._missing or self._ended_because:
            raise JobFailed(self._ended_because or _how_it_ended(self._process.returncode))

    def _kill(self) -> None:
        with self._signalling:
            # Once it is reaped, its number may be another one's.
            if not self._is_reaped:
                with suppress(ProcessLookupError):  # reaped by the application around us
                    os.killpg(self._process.pid, signal.SIGKILL)

    def _reap(self) -> None:
        self._kill()
        with self._signalling:
            self._is_reaped = True
        with suppress(BrokenPipeError), self._process:  # the order, where it died before it read that
            pass

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
                self.stop(f"it took longer than {self._time_limit_s:g} s")
                return
            if not waiting.poll(max(0.0, min(WATCH_S, left)) * 1000):
                if self._has_ended():
                    return  # what left its group has its output open still: nobody waits for that
                yield None
                continue
            read = os.read(out, 65536)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def _has_ended(self) -> bool:
        """Whether it has, without reaping it."""
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            return os.waitid(os.P_PID, self._process.pid, how) is not None
        except ChildProcessError:
            return True  # reaped by the application around us


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"its process was killed by signal {-code}"
    return f"its process ended with {code} before it was done"
