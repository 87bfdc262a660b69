"""What all connections of a desk share: numbers, positions in scripts, and whoever watches."""

from __future__ import annotations

import threading

from hookproof.clock import Clock
from hookproof.headers import guid

from .events import Came, Ended, How, Listener
from .grammar import Fault, Script
from .positions import Positions
from .request import Body, Head


class Journal:
    """Serves any number of threads.

    Args:
        listener: is told of everything.
        clock: the wall clock.
    """

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self.clock = clock
        """The wall clock."""
        self._listener = listener
        self._lock = threading.Lock()
        self._positions = Positions()
        self._requests = 0

    def choose(self, script: Script, head: Head, looks: str) -> tuple[int, Fault]:
        """A message's next step: its number, from 1, and what it is; `looks` as in `Positions.next`."""
        with self._lock:
            position = self._positions.next(head.target, guid(head.headers), looks)
        return position + 1, script[min(position, len(script) - 1)]

    def came(
        self, connection: int, at_ns: int, head: Head, body: Body, step: int, fault: Fault
    ) -> Came:
        """Tell of a request that was read."""
        with self._lock:
            self._requests += 1
            came = Came(
                number=self._requests,
                connection=connection,
                at_ns=at_ns,
                method=head.method,
                target=head.target,
                headers=head.headers,
                body=body.data,
                size=body.size,
                guid=guid(head.headers),
                step=step,
                fault=fault.name,
            )
            self._listener(came)
        return came

    def ended(
        self, connection: int, request: int | None, what: str, how: How, duration_s: float, sent: int
    ) -> None:
        """Tell of the end of a request, or of a connection on which none came."""
        event = Ended(request, connection, self.clock(), what, how, duration_s, sent)
        with self._lock:
            self._listener(event)
