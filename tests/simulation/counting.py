"""What came of a schedule, and what in it must not be.

The rules are told here once more, from what was sent: a request is known by the run that it belongs to
where something signed says which that is, else by its signed bytes, else by a GUID that is bound. What
the receiver has in its store plays no part.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields

from tests.simulation.network import Request
from tests.simulation.sender import Sent
from tests.simulation.settings import Setting
from tests.simulation.store import Stored
from tests.simulation.world import World

from hookproof_receiver.identity import FINISHED, Decision


@dataclass(slots=True)
class Tally:
    """What came of some schedules."""

    schedules: int = 0
    messages: int = 0
    lost: int = 0
    """Messages of which an attempt was acknowledged, and that never had an effect."""
    doubled: int = 0
    """Messages that had more than one effect."""
    replayed: int = 0
    """Of these, such that one of the effects was begun by a request of the attacker's."""
    honest_lost: int = 0
    """Of those that were lost, such of a schedule without an attacker."""
    honest_doubled: int = 0
    failed: int = 0
    """Messages without an effect, of which nothing was acknowledged."""
    decided: Counter[str] = field(default_factory=Counter)
    """How often each rule came to each verdict."""

    def add(self, other: Tally) -> None:
        """Take in what came of others."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.decided.update(other.decided)


COUNTED = tuple(one.name for one in fields(Tally) if one.type == "int")
"""The figures of a tally."""


class Counting:
    """Watches one schedule."""

    def __init__(self, world: World, setting: Setting) -> None:
        self.problems: list[str] = []
        self.decided: Counter[str] = Counter()
        self._world = world
        self._setting = setting
        self._by_run: dict[Sent, Stored] = {}
        self._by_bytes: dict[object, Stored] = {}
        self._by_guid: dict[str, Stored] = {}

    def judged(
        self, request: Request, decision: Decision, known: Stored | None, *, stale: bool
    ) -> None:
        """The ladder has decided.

        Args:
            request: what about.
            decision: what.
            known: the message that it is by the ladder.
            stale: whether the request is.
        """
        rule, verdict = decision.rule, decision.verdict
        self.decided[f"{rule} {verdict}"] += 1
        if self._world.trace is not None:
            self._world.note(f"receiver: {request} is {verdict} by rule {rule}: {known}")
        led = self._led(request)
        if led is not None and known is not led:
            self._problem(f"{request} is {led}, and was taken for {known}")
        elif led is None and known is not None and (rule != 3 or stale):
            self._problem(f"{request} leads nowhere, and was taken for {known}")
        elif led is None and (verdict == "stale") != stale:
            self._problem(f"{request} is {'stale' if stale else 'fresh'}, and {verdict}")
        elif led is not None and verdict != "body_changed":
            if led.state in FINISHED:
                if verdict != "answered":
                    self._problem(f"{led} had its effect, and {request} is {verdict}")
            elif led.promised != (verdict == "promised") or verdict in ("answered", "new"):
                self._problem(f"{request} is of {led}, and {verdict}")

    def kept(self, request: Request, stored: Stored) -> None:
        """A fresh request is on record as one of this message."""
        self._by_run.setdefault(request.attempt.sent, stored)
        signed = self._signed(request)
        if signed is not None and signed in self._by_bytes:
            return  # a copy, perhaps of somebody else's making: its GUID says nothing
        if signed is not None:
            self._by_bytes[signed] = stored
        if request.guid is not None:
            self._by_guid.setdefault(request.guid, stored)

    def had_effect(self, stored: Stored) -> None:
        """An effect is committed."""
        sent = stored.of
        sent.effects += 1
        sent.replayed |= stored.begun_by.is_replay
        if self._world.trace is not None:
            self._world.note(f"effect {sent.effects} of {sent}, by {stored.id}")

    def result(self, sent: list[Sent]) -> Tally:
        """All has come to rest."""
        tally = Tally(schedules=1, messages=len(sent), decided=self.decided)
        honest = "attacker" not in self._world.faults
        for one in sent:
            lost = one.effects == 0 and one.answered
            doubled = one.effects > 1
            tally.lost += lost
            tally.honest_lost += lost and honest
            tally.doubled += doubled
            tally.honest_doubled += doubled and honest
            tally.replayed += doubled and one.replayed
            tally.failed += one.effects == 0 and not lost
            if self._setting.has_key and (lost or doubled):
                self._problem(f"{one} was {'lost' if lost else 'doubled'}")
        return tally

    def broken(self, what: str) -> None:
        """Something came that the receiver holds for impossible."""
        self._problem(what)

    def _led(self, request: Request) -> Stored | None:
        if self._setting.has_key:
            return self._by_run.get(request.attempt.sent)
        led = self._by_bytes.get(self._signed(request))
        return self._by_guid.get(request.guid or "") if led is None else led

    def _signed(self, request: Request) -> object:
        if self._setting.scheme == "github":
            return None
        attempt = request.attempt
        return attempt.signed_ms, attempt.body

    def _problem(self, what: str) -> None:
        self.problems.append(what)
        self._world.note(f"PROBLEM: {what}")
