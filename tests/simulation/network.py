"""What lies between: it loses, doubles, delays, and is listened to."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.sender import Attempt
from tests.simulation.world import World


class Request:
    """An attempt on its way, or an attacker's copy of one."""

    __slots__ = ("attempt", "guid", "is_replay", "macs", "route")

    def __init__(
        self, attempt: Attempt, guid: str | None, route: str, macs: str, is_replay: bool
    ) -> None:
        self.attempt = attempt
        self.guid = guid
        self.route = route
        """Method and target: not signed."""
        self.macs = macs
        self.is_replay = is_replay

    def __repr__(self) -> str:
        if not self.is_replay:
            return repr(self.attempt)
        return f"replay of {self.attempt} ({self.guid or 'no GUID'}, {self.route}, {self.macs})"


ROUTE = "POST /hooks"


class Network:
    """Between sender and receiver, in both directions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.take: Callable[[Request], None]
        """Gives a request to the receiver."""
        self.answer: Callable[[Attempt, int], None]
        """Gives an answer to the sender."""
        self.overhear: Callable[[Request], None]
        """Lets an attacker see a request, also one that never arrives."""

    def send(self, attempt: Attempt) -> None:
        """Carry an attempt to the receiver."""
        world = self._world
        request = Request(attempt, attempt.guid, ROUTE, attempt.macs, False)
        self.overhear(request)
        for _ in range(2 if world.chance("doubled", 0.3) else 1):
            if world.chance("requests lost", 0.3):
                world.note(f"network: {attempt} is lost")
            else:
                world.after(self._delay(), self.take, request)

    def reply(self, request: Request, status: int) -> None:
        """Carry an answer back; 0 stands for a connection that failed."""
        world = self._world
        if request.is_replay:
            return
        if 200 <= status <= 299:
            request.attempt.sent.answered = True
        if status and world.chance("answers lost", 0.3):
            world.note(f"network: the answer {status} to {request} is lost")
        else:
            world.after(self._delay(), self.answer, request.attempt, status)

    def _delay(self) -> int:
        world = self._world
        if world.chance("late", 0.3):
            return world.between(*((50, 5_000) if world.draw() < 0.5 else (5_000, 90_000)))
        return world.between(1, 40)
