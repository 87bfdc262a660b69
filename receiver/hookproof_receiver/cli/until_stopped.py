"""Serving until a signal comes."""

from __future__ import annotations

import signal

from hookproof_runtime.command_line import Exit, note

from ..serving import Server


class UntilStopped:
    """Stops a server at SIGINT or SIGTERM, from when it is made; at a second one, at once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._caught: list[int] = []
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, self._stop)

    def run(self) -> int:
        """Serve; the exit code."""
        self._server.run()
        note("stopped")
        return Exit.INTERRUPTED if signal.SIGINT in self._caught else Exit.DONE

    def _stop(self, number: int, _frame: object) -> None:
        self._caught.append(number)
        self._server.stop()
