"""Processes that are there to be killed. They are forked from one that has imported everything."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 60.0
"""Seconds that a test waits for a process: against hanging, not a measurement."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "tests.crash.programs",
        "hookproof_receiver.cli.receive",
        "hookproof_sender.cli.send",
        "hookproof_sender.cli.work",
    ]
)

Say = Callable[[Any], None]
"""What a program tells whoever started it with."""


class Child:
    """A process that runs one program, is told to stop where it should, and killed.

    Args:
        program: called in the process with a `Say` and then these arguments.
    """

    def __init__(self, program: Callable[..., None], *arguments: Any, **named: Any) -> None:
        self._said, say = _CONTEXT.Pipe(duplex=False)
        self._printed, printing = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(
            target=_run, args=(say, printing, program, arguments, named), daemon=True
        )
        self._process.start()
        say.close()
        printing.close()
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def said(self) -> Connection:
        """What it says comes out here."""
        return self._said

    @property
    def lines(self) -> list[str]:
        """What it printed so far, on standard output and error."""
        with self._news:
            return list(self._lines)

    def says(self) -> Any:
        """The next thing that it says."""
        assert self._said.poll(PATIENCE), self.lines
        try:
            return self._said.recv()
        except EOFError:
            raise AssertionError(f"it ended: {self.lines}") from None

    def prints(self, text: str, times: int = 1) -> None:
        """Wait until it printed a text that often."""
        with self._news:
            there = self._news.wait_for(
                lambda: sum(text in line for line in self._lines) >= times, PATIENCE
            )
            assert there, self._lines

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it where it stands."""
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self.end()

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def end(self) -> int:
        """Wait until it ends; its exit code, below 0 where a signal ended it."""
        self._process.join(PATIENCE)
        assert self._process.exitcode is not None, self.lines
        self._reader.join(PATIENCE)
        return self._process.exitcode

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.is_alive():
            self.kill()
        self._said.close()
        self._reader.join(PATIENCE)

    def _read(self) -> None:
        with os.fdopen(os.dup(self._printed.fileno()), errors="replace") as stream:
            self._printed.close()
            for line in stream:
                with self._news:
                    self._lines.append(line.rstrip("\n"))
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()


def _run(
    say: Connection,
    printing: Connection,
    program: Callable[..., None],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> None:
    for descriptor in (1, 2):
        os.dup2(printing.fileno(), descriptor)
    printing.close()
    saying = threading.Lock()

    def tell(what: Any) -> None:
        with saying:
            say.send(what)

    program(tell, *arguments, **named)
