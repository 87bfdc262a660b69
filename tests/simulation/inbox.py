"""The receiver with an inbox: as keeping.py, accepting.py, acknowledging.py, running.py and worker.py
have it.

Two processes share one record. A handler's effect and the mark "done" are one transaction.
"""

from __future__ import annotations

from tests.simulation.counting import Counting
from tests.simulation.ladder import Ladder
from tests.simulation.network import Network, Request
from tests.simulation.sender import EPOCH_MS
from tests.simulation.settings import Setting
from tests.simulation.store import Store, Stored
from tests.simulation.world import World

from hookproof_receiver.identity import FINISHED

TOLERANCE_MS = 300_000
ANSWER_WITHIN_MS = 25_000
RETRIES = 16
"""How often the receiver runs a promised message again by itself."""

_REFUSED = {"stale": 401, "body_changed": 422, "no_identity": 422}
_POLL_MS = 100
_LOOKS_EVERY_MS = 5_000


class Process:
    """One process: a lease, the runs under it, and whether it is up."""

    __slots__ = ("is_up", "owner", "runs")

    def __init__(self, owner: int) -> None:
        self.owner = owner
        self.is_up = True
        self.runs: dict[Stored, Run] = {}


class Run:
    """One run of a handler."""

    __slots__ = ("attempt", "fails", "owner", "process", "stored", "waiting")

    def __init__(self, stored: Stored, process: Process, fails: bool) -> None:
        self.stored = stored
        self.process = process
        self.owner = process.owner
        self.attempt = stored.attempts
        self.fails = fails
        self.waiting: list[Taken] = []


class Taken:
    """A request in the process that took it, until it is answered."""

    __slots__ = (
        "is_answered",
        "is_waiting",
        "owner",
        "process",
        "request",
        "stale",
        "stored",
        "wall_ms",
    )

    def __init__(self, request: Request, process: Process, wall_ms: int) -> None:
        self.request = request
        self.process = process
        self.owner = process.owner
        self.wall_ms = wall_ms
        signed_ms = request.attempt.signed_ms
        self.stale = signed_ms is not None and abs(wall_ms - signed_ms) > TOLERANCE_MS
        self.stored: Stored
        self.is_waiting = False
        self.is_answered = False


class Inbox:
    """The receiver."""

    def __init__(
        self, world: World, setting: Setting, network: Network, counting: Counting, ladder: Ladder
    ) -> None:
        self.world = world
        self.rules = setting.rules
        self.acknowledges = setting.acknowledges
        self.network = network
        self.counting = counting
        self.ladder = ladder
        self.store = Store(setting.rules, ladder, self.is_alive)
        self.processes = (Process(0), Process(1))
        self._owners = 2
        self._keeps = 0
        self._crashes: dict[int, int] = {}
        if "crashes" in world.faults:
            for _ in range(world.one_of(1, 2)):
                if world.draw() < 0.5:  # right after a commit, or at any time
                    self._crashes[world.between(1, 8)] = world.between(1, 20_000)
                else:
                    downtime = world.between(1, 20_000)
                    process = self.processes[world.draw() < 0.5]
                    world.after(world.between(0, 60_000), self.crash, process, downtime)

    # What is asked, and kept

    def take(self, request: Request) -> None:
        """A request arrives."""
        process = self.processes[self.world.draw() < 0.5]
        if not process.is_up:
            self.network.reply(request, 0)
        elif self.world.chance("not kept", 0.1):
            self.network.reply(request, 503)
        else:
            self.keep(Taken(request, process, self.wall_ms()))

    def keep(self, taken: Taken) -> None:
        """Judge a request, and write down all that follows."""
        request, process, store = taken.request, taken.process, self.store
        asked = self.ladder.ask(self.rules, request, taken.stale)
        decision = self.ladder.decide(
            asked, store.find(asked, request.route, taken.wall_ms), self.rules
        )
        stored = None if decision.known is None else store.of(decision.known)
        self.counting.judged(request, decision, stored, stale=taken.stale)
        if decision.verdict in _REFUSED:
            self.reply(taken, _REFUSED[decision.verdict])
            return
        run = None
        if stored is None:
            stored = store.insert(request, asked, taken.wall_ms, process.owner)
            store.bind(stored, asked, decision)
            if self.acknowledges:
                self.take_on(stored, taken.wall_ms)
                stored.attempts = 0
            else:
                run = Run(stored, process, self._fails(stored))
        else:
            if decision.adopts:
                stored.hold(request, asked)
            store.bind(stored, asked, decision)
            if decision.verdict == "again":
                if stored.body == request.attempt.body:
                    stored.of = request.attempt.sent
                stored.begun_by = request
                if self.acknowledges:
                    self.take_on(stored, taken.wall_ms)
                else:
                    store.claim(stored, process.owner)
                    run = Run(stored, process, self._fails(stored))
            elif decision.verdict == "wait" and self.acknowledges:
                stored.promised = True
        if not taken.stale:
            self.counting.kept(request, stored)
        taken.stored = stored
        self._keeps += 1
        downtime = self._crashes.pop(self._keeps, None)
        if downtime is not None:
            self.crash(process, downtime)
            return
        if run is not None:
            self.start(run)
        if run is not None or (decision.verdict == "wait" and not self.acknowledges):
            self.wait(taken)
        else:
            self.reply_with(taken, stored)

    def take_on(self, stored: Stored, now_ms: int) -> None:
        """Keep it, and run it soon."""
        self.store.take_on(stored, now_ms)
        self.world.after(self.world.between(0, 20), self.run_due, stored)

    def answer_for(self, stored: Stored) -> int | None:
        """The status that a message stands for; None while it runs and nothing was promised."""
        if stored.state in FINISHED or stored.promised:
            return 200
        return 500 if stored.state == "failed" else None

    def reply_with(self, taken: Taken, stored: Stored) -> None:
        """Answer with what the message stands for."""
        status = self.answer_for(stored)
        assert status is not None, "it runs, and was not promised"
        self.reply(taken, status)

    def reply(self, taken: Taken, status: int) -> None:
        """Answer, once."""
        if not taken.is_answered and taken.process.owner == taken.owner:
            taken.is_answered = True
            self.network.reply(taken.request, status)

    # What runs, and how it ends

    def start(self, run: Run) -> None:
        """Start a handler."""
        run.process.runs[run.stored] = run
        if self.world.chance("slow", 0.5):
            span = (100, 25_000) if self.world.draw() < 0.5 else (25_000, 90_000)
            duration = self.world.between(*span)
        else:
            duration = self.world.between(1, 50)
        self.world.after(duration, self.end, run)

    def end(self, run: Run) -> None:
        """A handler returns or raises; the mark and its effect are committed, or neither."""
        stored, process = run.stored, run.process
        if process.owner != run.owner:
            return  # the process died with it
        del process.runs[stored]
        if self.world.chance("not kept", 0.1):
            self.world.note(f"receiver: the outcome of {stored} cannot be written")
            for taken in run.waiting:
                self.reply(taken, 503)
            self.world.after(0, self.look)
            return
        assert (stored.state, stored.owner, stored.attempts) == ("running", run.owner, run.attempt)
        if run.fails:
            self.mark_failed(stored)
        else:
            self.mark_done(stored)
        for taken in run.waiting:
            if taken.owner == run.owner:
                self.look_again(taken)
            else:  # it looks at the record now and then
                self.world.after(self.world.between(0, _POLL_MS), self.look_again, taken)

    def mark_done(self, stored: Stored) -> None:
        """The effect, and the mark."""
        stored.state, stored.owner = "done", None
        self.counting.had_effect(stored)

    def mark_failed(self, stored: Stored) -> None:
        """What was promised becomes due again, or is parked after the last try."""
        stored.state, stored.owner = "failed", None
        if self.world.trace is not None:
            self.world.note(f"receiver: {stored} has failed")
        if stored.promised and stored.tries < RETRIES:
            delay = int(self.world.draw() * min(600_000, 1_000 << stored.tries))
            stored.due_ms = self.wall_ms() + delay
            self.world.after(delay, self.run_due, stored)

    # Whoever waits

    def wait(self, taken: Taken) -> None:
        """Wait for the outcome of a message that runs, here or in the other process."""
        if not taken.is_waiting:
            taken.is_waiting = True
            self.world.after(ANSWER_WITHIN_MS, self.promise, taken)
        run = self.run_of(taken.stored)
        if run is None:
            self.world.after(self.world.between(0, _POLL_MS), self.look_again, taken)
        else:
            run.waiting.append(taken)

    def look_again(self, taken: Taken) -> None:
        """What a request waited for may have come: an outcome, or the death of who ran it."""
        if taken.is_answered or taken.process.owner != taken.owner:
            return
        status = self.answer_for(taken.stored)
        if status is None and self.is_alive(taken.stored):
            self.wait(taken)
        elif status is None or (status >= 500 and taken.stale):
            self.keep(taken)
        else:
            self.reply(taken, status)

    def promise(self, taken: Taken) -> None:
        """It takes too long: acknowledge it, once that is committed, and handle it from now on."""
        if taken.is_answered or taken.process.owner != taken.owner:
            return
        if self.world.chance("not kept", 0.3):
            self.reply(taken, 503)
            return
        if taken.stored.state == "running":
            taken.stored.promised = True
        self.world.note(f"receiver: {taken.request} waited long enough for {taken.stored}")
        self.reply_with(taken, taken.stored)

    # What the receiver does by itself

    def look(self) -> None:
        """Count what ran in a process that died as failed."""
        if any(process.is_up for process in self.processes):
            for stored in self.store.messages:
                if stored.state == "running" and not self.is_alive(stored):
                    self.mark_failed(stored)

    def run_due(self, stored: Stored) -> None:
        """Run a message that was acknowledged, if it is due."""
        if stored.due_ms is None:
            return
        process = self.processes[self.world.draw() < 0.5]
        early = stored.due_ms - self.wall_ms()
        if early > 0 or not process.is_up:
            self.world.after(max(early, 1_000), self.run_due, stored)
            return
        self.store.claim(stored, process.owner, own_try=True)
        self.start(Run(stored, process, self._fails(stored)))

    def crash(self, process: Process, downtime: int) -> None:
        """A process dies, with all that it was at; what is on record stays."""
        if not process.is_up:
            return
        self.world.note(f"receiver: a process dies for {downtime / 1000:g} s, {len(process.runs)} runs")
        runs, process.runs = process.runs, {}
        process.is_up = False
        process.owner = -1
        for run in runs.values():
            for taken in run.waiting:  # those in the other process see it
                self.world.after(self.world.between(0, _POLL_MS), self.look_again, taken)
        self.world.after(downtime, self.restart, process)
        self.world.after(self.world.between(0, _LOOKS_EVERY_MS), self.look)

    def restart(self, process: Process) -> None:
        """It comes back, as somebody else."""
        process.owner = self._owners
        self._owners += 1
        process.is_up = True
        self.look()

    # What is asked of it

    def wall_ms(self) -> int:
        """What its clock shows."""
        return EPOCH_MS + self.world.now + self.world.receiver_offset

    def is_alive(self, stored: Stored) -> bool:
        """Whether a message that is on record as running does run."""
        return self.run_of(stored) is not None

    def run_of(self, stored: Stored) -> Run | None:
        """Its run, in whichever process."""
        for process in self.processes:
            if process.owner == stored.owner:
                return process.runs.get(stored)
        return None

    def _fails(self, stored: Stored) -> bool:
        sent = stored.of
        sent.fails -= 1
        return sent.fails >= 0
