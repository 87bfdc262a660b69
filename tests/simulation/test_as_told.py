"""The simulated inbox does what the real one does: both are held to one plain telling of the rules.

tests/receiver/inbox/test_any_order.py has the real one.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from tests.receiver.inbox.told import Asked, Message, Told
from tests.simulation import table
from tests.simulation.cases import REAL
from tests.simulation.inbox import Inbox, Taken
from tests.simulation.schedule import Case, simulate
from tests.simulation.store import Stored

from hookproof_receiver.identity import Asked as Requested
from hookproof_receiver.identity import Decision, Found, Rules, decide
from hookproof_receiver.inbox import Endpoint

OURS = [one for one in REAL if one.setting.scheme == "http-task" and not one.setting.claims]


class Compared(Inbox):
    """Asks the telling before each request is judged, and compares."""

    decision: Decision
    compared = 0

    def keep(self, taken: Taken) -> None:
        if not hasattr(self, "told"):
            self.told = Told(Endpoint("/hooks", **asdict(self.rules)))
            self.twins: dict[Stored, Message] = {}
            self.ladder = replace(self.ladder, decide=self.decide)
        request = taken.request
        attempt = request.attempt
        asked = Asked(
            run=str(attempt.sent),
            body=attempt.body,
            signed_ms=attempt.signed_ms or 0,
            guid=request.guid,
            route=(request.route, ""),
            stale=taken.stale,
            now_ms=taken.wall_ms,
        )
        self.catch_up()
        said = self.told.judge(asked)
        there = len(self.store.messages)
        super().keep(taken)
        assert (said.rule, said.verdict) == (self.decision.rule, self.decision.verdict)
        if self.decision.known is not None:
            assert said.message is self.twins[self.store.of(self.decision.known)]
        message = self.told.take(asked, said, "")
        if message is not None and len(self.store.messages) > there:
            self.twins[self.store.messages[-1]] = message
        assert [one.guid for one in self.twins] == [one.guid for one in self.twins.values()]
        Compared.compared += 1

    def decide(self, asked: Requested, found: Found, rules: Rules) -> Decision:
        self.decision = decide(asked, found, rules)
        return self.decision

    def catch_up(self) -> None:
        """What became of the messages since."""
        for stored, twin in self.twins.items():
            twin.promised = stored.promised
            if stored.state == "done":
                twin.state, twin.kept = "done", (200, b"")
            else:
                twin.state = "running" if self.is_alive(stored) else "failed"
            assert twin.body == stored.body


@pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in OURS])
def test_the_simulated_inbox_decides_as_the_rules_are_told(case: Case) -> None:
    before = Compared.compared
    compared = replace(case, receiver=Compared)

    for number in range(200):
        assert () == simulate(compared, table.SEED, number).problems

    assert Compared.compared - before > 500
