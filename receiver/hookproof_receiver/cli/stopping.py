"""Signals that end a server: the first in good order, the second at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from hookproof_runtime.command_line import Exit

from ..app import Receiver
from ..serving import AnyServer


class Stopping:
    """SIGINT and SIGTERM while a server runs, and while its receiver is closed after it."""

    def __init__(self) -> None:
        self._caught: list[int] = []
        self._server: AnyServer | None = None
        self._receiver: Receiver | None = None
        self._closing = False

    @property
    def code(self) -> Exit:
        """How the process ends."""
        return Exit.INTERRUPTED if signal.SIGINT in self._caught else Exit.DONE

    def stops(self, server: AnyServer, receiver: Receiver) -> None:
        """From now on a signal stops them, and a second one makes the server end at once."""
        self._server, self._receiver = server, receiver
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, self._catch)

    @contextmanager
    def closing(self, receiver: Receiver) -> Iterator[None]:
        """Close the receiver at the end, and wait for handlers that run, until a second signal.

        A message whose handler was not waited for is handled at the next start.
        """
        try:
            yield
        finally:
            self._closing = True
            if len(self._caught) > 1:
                receiver.close(timeout=0)
            else:
                receiver.close()

    def _catch(self, number: int, _frame: object) -> None:
        self._caught.append(number)
        if self._server is not None and self._receiver is not None:
            self._receiver.begin_to_stop()
            self._server.stop()
        if self._closing and len(self._caught) > 1:
            raise SystemExit(self.code)
