"""How much may be under way at once."""

from __future__ import annotations

import threading


class Slot:
    """The right to occupy a thread. Given back once, however often it is asked to."""

    __slots__ = ("_capacity",)

    def __init__(self, capacity: Capacity) -> None:
        self._capacity: Capacity | None = capacity

    def release(self) -> None:
        """Give it back."""
        capacity, self._capacity = self._capacity, None
        if capacity is not None:
            capacity._give_back()


class Capacity:
    """Counts handlers that run, and requests that wait for one, together.

    A handler and the request that started it are one until the request is answered.

    Args:
        slots: how many there are: fewer than the server's threads, or stuck handlers would stop it.
    """

    def __init__(self, slots: int) -> None:
        self._changed = threading.Condition()
        self._free = self._slots = slots
        self._closed = False

    def take(self) -> Slot | None:
        """A slot, or None at once where there is none."""
        with self._changed:
            if self._closed or not self._free:
                return None
            self._free -= 1
        return Slot(self)

    def close(self, timeout: float) -> bool:
        """Hand out no more, and wait until all are back. False where some are not after `timeout`."""
        with self._changed:
            self._closed = True
            return self._changed.wait_for(lambda: self._free == self._slots, timeout)

    def _give_back(self) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify_all()
