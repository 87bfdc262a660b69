"""Time, chance, and what is to happen: all that one schedule is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection
from heapq import heappop, heappush
from random import Random
from typing import Any

FAULTS = {
    "requests lost": 0.5,
    "answers lost": 0.5,
    "doubled": 0.4,
    "late": 0.4,
    "slow": 0.4,
    "failing": 0.5,
    "crashes": 0.4,
    "not kept": 0.3,
    "clocks": 0.3,
    "rendered again": 0.2,
    "attacker": 0.6,
}
"""Each kind of fault, and the share of schedules in which there are any."""


class World:
    """A clock, a queue of events, and chance.

    Only `Random.random` is drawn from: Python promises that its sequence stays, which it does not of
    `choice` and the like.

    Args:
        seed: of all schedules.
        number: of this one.
        without: kinds of faults that are left out.
        traced: whether what happens is written down.
    """

    def __init__(
        self, seed: int, number: int, without: Collection[str] = (), traced: bool = False
    ) -> None:
        self.draw: Callable[[], float] = Random(f"{seed}/{number}").random
        self.now = 0
        """Milliseconds since the schedule began: what a clock that never jumps would show."""
        self.sender_offset = 0
        """Milliseconds by which the sender's clock is wrong."""
        self.receiver_offset = 0
        self.trace: list[str] | None = [] if traced else None
        drawn = [kind for kind, share in FAULTS.items() if self.draw() < share]
        self.faults = frozenset(drawn).difference(without)
        self._queue: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0

    def after(self, delay: int, act: Callable[..., None], *arguments: Any) -> None:
        """Have something done in so many milliseconds."""
        self._count += 1
        heappush(self._queue, (self.now + delay, self._count, act, arguments))

    def run(self) -> None:
        """Let everything happen, until all has come to rest."""
        queue = self._queue
        while queue:
            self.now, _, act, arguments = heappop(queue)
            act(*arguments)

    def chance(self, kind: str, share: float) -> bool:
        """Whether a fault of this kind strikes now."""
        return kind in self.faults and self.draw() < share

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` up to, but without, `most`."""
        return least + int(self.draw() * (most - least))

    def one_of(self, *choices: Any) -> Any:
        """One of these, each as likely as the others."""
        return choices[int(self.draw() * len(choices))]

    def note(self, what: str) -> None:
        """Write down what happens, where somebody wants to read it."""
        if self.trace is not None:
            self.trace.append(f"{self.now / 1000:10.3f} s  {what}")
