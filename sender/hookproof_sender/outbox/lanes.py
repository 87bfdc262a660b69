"""What is leased and waits for a thread: a queue for each endpoint, taken in turn."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from .leased import Leased


class Lanes:
    """Queues of leased messages. Not safe for threads by itself.

    An endpoint has no more messages under way than its share, so that one that is slow leaves threads
    to the others; and those take turns.

    Args:
        per_endpoint: how many messages of one endpoint may be under way.
    """

    def __init__(self, per_endpoint: int) -> None:
        self._per_endpoint = per_endpoint
        self._waiting: dict[str, deque[Leased]] = {}
        self._ready: deque[str] = deque()  # endpoints with a message and room for it, each once
        self._running: Counter[str] = Counter()
        self._total = 0
        self._size = 0

    def add(self, messages: Iterable[Leased]) -> None:
        """Put messages at the end of their endpoints' queues."""
        for one in messages:
            queue = self._waiting.setdefault(one.endpoint, deque())
            queue.append(one)
            self._total += 1
            self._size += len(one.outgoing.body)
            if len(queue) == 1:
                self._make_ready(one.endpoint)

    def take(self) -> Leased | None:
        """The next message to send; None where none may be sent now."""
        if not self._ready:
            return None
        endpoint = self._ready.popleft()
        queue = self._waiting[endpoint]
        message = queue.popleft()
        self._total -= 1
        self._size -= len(message.outgoing.body)
        self._running[endpoint] += 1
        if queue:
            self._make_ready(endpoint)
        else:
            del self._waiting[endpoint]
        return message

    def done(self, endpoint: str) -> None:
        """One message of an endpoint is under way no more."""
        was_full = self._running[endpoint] >= self._per_endpoint
        self._running[endpoint] -= 1
        if not self._running[endpoint]:
            del self._running[endpoint]
        if was_full and endpoint in self._waiting:
            self._ready.append(endpoint)

    def waiting(self, endpoint: str) -> int:
        """How many messages of an endpoint wait."""
        return len(self._waiting.get(endpoint, ()))

    def room(self, endpoint: str) -> int:
        """How many more messages of an endpoint could be sent at once."""
        return self._per_endpoint - self._running[endpoint] - self.waiting(endpoint)

    @property
    def demand(self) -> int:
        """How many messages would be under way if there were threads enough."""
        running, waiting = self._running, self._waiting
        share = self._per_endpoint
        return sum(
            min(share, running[one] + self.waiting(one)) for one in running.keys() | waiting.keys()
        )

    @property
    def size(self) -> int:
        """Bytes of the bodies that wait."""
        return self._size

    @property
    def total(self) -> int:
        """How many messages wait."""
        return self._total

    @property
    def running(self) -> int:
        """How many messages are under way."""
        return self._running.total()

    def drain(self) -> list[Leased]:
        """Take all that waits."""
        left = [one for queue in self._waiting.values() for one in queue]
        self._waiting.clear()
        self._ready.clear()
        self._total = self._size = 0
        return left

    def _make_ready(self, endpoint: str) -> None:
        if self._running[endpoint] < self._per_endpoint:
            self._ready.append(endpoint)
