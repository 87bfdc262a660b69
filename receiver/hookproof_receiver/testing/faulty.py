"""A fault desk that runs while a test does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hookproof_runtime.listening import listen_socket, url_of

from ..faults import Came, Desk, Ended, Event


class Faulty:
    """A desk that does wrong what its URLs say."""

    def __init__(self, base: str) -> None:
        self.base = base
        """`http://127.0.0.1:PORT`."""
        self._changed = threading.Condition()
        self._events: list[Event] = []

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self.base.rpartition(":")[2])

    @property
    def requests(self) -> tuple[Came, ...]:
        """What came, in its order; each is here before the first byte of its answer leaves."""
        with self._changed:
            return tuple(one for one in self._events if isinstance(one, Came))

    @property
    def ended(self) -> tuple[Ended, ...]:
        """What became of it, in the order of the ends."""
        with self._changed:
            return tuple(one for one in self._events if isinstance(one, Ended))

    def url(self, path: str) -> str:
        """The URL of a fault or of a script of faults, such as `503,503,204`."""
        return f"{self.base}/{path.removeprefix('/')}"

    def wait_for(self, number: int, timeout: float = 10.0) -> tuple[Came, ...]:
        """Wait until so many requests came; all that came.

        Args:
            number: how many.
            timeout: seconds.

        Raises:
            TimeoutError: they did not come in time; the sentence says what came.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.requests) >= number, timeout):
                came = ", ".join(f"{one.method} {one.target}" for one in self.requests)
                raise TimeoutError(
                    f"{number} requests did not come within {timeout:g} s; it got: {came or 'nothing'}"
                )
            return self.requests

    def take(self, event: Event) -> None:
        """Keep an event of the desk; for the desk."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()


@contextmanager
def faults(*, at_accept: str | None = None) -> Iterator[Faulty]:
    """Run a fault desk on a free port of 127.0.0.1: `hookproof faults` within a test.

    Args:
        at_accept: `reset`, `close` or `silent`: done with every connection, before anything is read.
    """
    listening = listen_socket("127.0.0.1:0")
    faulty = Faulty(url_of(listening))
    with Desk(listening, faulty.take, at_accept=at_accept):
        yield faulty
