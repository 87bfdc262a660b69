"""An application that claims each delivery in its own transaction: as claims/claiming.py has it.

A claim takes the one lock of the database, and the others wait for it. What is on record is committed:
its effect with it.
"""

from __future__ import annotations

from collections import deque

from tests.simulation.counting import Counting
from tests.simulation.inbox import TOLERANCE_MS
from tests.simulation.ladder import Ladder
from tests.simulation.network import Network, Request
from tests.simulation.sender import EPOCH_MS
from tests.simulation.settings import Setting
from tests.simulation.store import Store, Stored
from tests.simulation.world import World

_ENDPOINT = "the name stands for method and target"


class Claims:
    """The receiver."""

    def __init__(
        self, world: World, setting: Setting, network: Network, counting: Counting, ladder: Ladder
    ) -> None:
        self.world = world
        self.rules = setting.rules
        self.network = network
        self.counting = counting
        self.ladder = ladder
        self.store = Store(setting.rules, ladder, lambda stored: False)
        self._waiting: deque[Request] = deque()
        self._open: tuple[Request, Stored, bool] | None = None
        self._life = 0
        """Which process this is; each crash makes another."""
        if "crashes" in world.faults:
            for _ in range(world.one_of(1, 2)):
                world.after(world.between(0, 60_000), self.crash)

    def take(self, request: Request) -> None:
        """A request arrives."""
        signed_ms = request.attempt.signed_ms
        if signed_ms is not None and abs(self.wall_ms() - signed_ms) > TOLERANCE_MS:
            self.world.note(f"receiver: {request} is stale")
            self.network.reply(request, 401)  # the verifier refuses it, and nothing is claimed
        elif self._open is not None:
            self._waiting.append(request)
        else:
            self.begin(request)

    def begin(self, request: Request) -> None:
        """Claim it, and have its effect."""
        asked = self.ladder.ask(self.rules, request, False)
        now_ms = self.wall_ms()
        decision = self.ladder.decide(asked, self.store.find(asked, _ENDPOINT, now_ms), self.rules)
        known = None if decision.known is None else self.store.of(decision.known)
        self.counting.judged(request, decision, known, stale=False)
        if decision.verdict == "body_changed":
            self.network.reply(request, 422)
        elif known is not None:
            if self.world.chance("not kept", 0.1):
                self.network.reply(request, 503)
            else:
                self.store.bind(known, asked, decision)
                self.counting.kept(request, known)
                self.network.reply(request, 200)
        else:
            stored = self.store.insert(request, asked, now_ms, 0)
            stored.route = _ENDPOINT
            stored.state = "done"
            self.store.bind(stored, asked, decision)
            sent = request.attempt.sent
            sent.fails -= 1
            self._open = request, stored, sent.fails >= 0
            slow = self.world.chance("slow", 0.5)
            duration = self.world.between(100, 40_000) if slow else self.world.between(1, 50)
            self.world.after(duration, self.end, self._life)

    def end(self, life: int) -> None:
        """The transaction is committed or rolled back; whoever waits is next."""
        if life != self._life or self._open is None:
            return
        (request, stored, fails), self._open = self._open, None
        if fails or self.world.chance("not kept", 0.1):
            self.roll_back(stored)
            self.network.reply(request, 500)
        else:
            self.counting.kept(request, stored)
            self.counting.had_effect(stored)
            self.network.reply(request, 200)
        while self._waiting and self._open is None:
            self.begin(self._waiting.popleft())

    def roll_back(self, stored: Stored) -> None:
        """What was written in the transaction is gone."""
        self.world.note(f"receiver: {stored.id} is rolled back")
        self.store.remove(stored)

    def crash(self) -> None:
        """The process dies, and another takes its place; what was not committed is gone."""
        self.world.note("receiver: the process dies")
        self._life += 1
        self._waiting.clear()
        if self._open is not None:
            self.roll_back(self._open[1])
            self._open = None

    def wall_ms(self) -> int:
        """What its clock shows."""
        return EPOCH_MS + self.world.now + self.world.receiver_offset
