"""Whoever hears requests on their way and sends them again: all that can be done without the secret."""

from __future__ import annotations

from tests.simulation.network import ROUTE, Network, Request
from tests.simulation.world import World

_WHEN = ((0, 50), (50, 3_000), (1_000, 40_000), (30_000, 290_000), (310_000, 1_200_000))


class Attacker:
    """Replays what was heard: at any time, under any GUID, at another method or target."""

    def __init__(self, world: World, network: Network) -> None:
        self._world = world
        self._network = network
        self._guids: list[str] = []

    def hear(self, request: Request) -> None:
        """See a request that leaves the sender, whatever becomes of it."""
        world = self._world
        if "attacker" not in world.faults:
            return
        if request.guid is not None and request.guid not in self._guids:
            self._guids.append(request.guid)
        for _ in range(world.one_of(0, 1, 1, 2)):
            least, most = _WHEN[int(world.draw() * len(_WHEN))]
            world.after(world.between(least, most), self._replay, request)

    def _replay(self, request: Request) -> None:
        world, attempt = self._world, request.attempt
        guid = world.one_of(attempt.guid, None, "chosen", "other", *self._guids)
        route = world.one_of(ROUTE, ROUTE, "PUT /hooks", ROUTE + "?a=1")
        macs = world.one_of(attempt.macs, attempt.macs.partition(",")[0])
        self._network.take(Request(attempt, guid, route, macs, True))
