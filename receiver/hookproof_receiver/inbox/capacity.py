"""How much may be under way at once, in all and at each endpoint."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from .endpoint import Endpoint


class Slot:
    """The right to occupy a thread. Given back once, however often it is asked to."""

    __slots__ = ("_capacities",)

    def __init__(self, *capacities: Capacity) -> None:
        self._capacities = capacities

    def release(self) -> None:
        """Give it back."""
        capacities, self._capacities = self._capacities, ()
        for capacity in capacities:
            capacity.give_back()


class Capacity:
    """Counts what is under way.

    Args:
        slots: how much of it there may be.
    """

    def __init__(self, slots: int) -> None:
        self._changed = threading.Condition()
        self._free = self._slots = slots
        self._closed = False

    def take(self) -> bool:
        """Take one. False at once where there is none."""
        with self._changed:
            if self._closed or not self._free:
                return False
            self._free -= 1
        return True

    def give_back(self) -> None:
        """Give one back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    @property
    def is_full(self) -> bool:
        """Whether there is none left."""
        with self._changed:
            return self._closed or not self._free

    def close(self, timeout: float) -> bool:
        """Hand out no more, and wait until all are back. False where some are not after `timeout`."""
        with self._changed:
            self._closed = True
            return self._changed.wait_for(lambda: self._free == self._slots, timeout)


class Room:
    """Room for handlers that run, and requests that wait for one, counted together.

    A handler and the request that started it are one until the request is answered.

    Args:
        slots: how many there are: fewer than the server's threads, or stuck handlers would stop it.
        endpoints: those that have a limit of their own; it holds for what the workers run, too.
    """

    def __init__(self, slots: int, endpoints: Iterable[Endpoint]) -> None:
        self._all = Capacity(slots)
        self._limits = {one.path: Capacity(one.running) for one in endpoints if one.running is not None}

    def take(self, path: str) -> Slot | None:
        """A slot for a request at an endpoint, or None at once where there is none."""
        if not self._all.take():
            return None
        limit = self._limits.get(path)
        if limit is None:
            return Slot(self._all)
        if limit.take():
            return Slot(limit, self._all)
        self._all.give_back()
        return None

    def take_for_worker(self, path: str) -> Slot | None:
        """A slot for what a worker runs in a thread of its own; None where the endpoint has none."""
        limit = self._limits.get(path)
        if limit is None:
            return Slot()
        return Slot(limit) if limit.take() else None

    def is_full(self, path: str) -> bool:
        """Whether an endpoint has none left."""
        limit = self._limits.get(path)
        return limit is not None and limit.is_full

    @property
    def has_any(self) -> bool:
        """Whether a request at an endpoint without a limit of its own would get one."""
        return not self._all.is_full

    def close(self, timeout: float) -> bool:
        """Hand no more to requests, and wait for theirs. False where some are not back in time."""
        return self._all.close(timeout)
