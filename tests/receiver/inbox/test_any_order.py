"""Whatever comes to a real inbox, and in whichever order: it does what the rules say."""

from __future__ import annotations

import json
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from tests.receiver.inbox.shop import PATIENCE, Shop, effects, endpoint, eventually, ship
from tests.receiver.inbox.told import Asked, Kept, Message, Said, Told

from hookproof_receiver.inbox import Answer, Arrival, Inbox, Rejected
from hookproof_receiver.inbox import Message as Handled
from hookproof_runtime.database import Connection, reading

FIELDS: dict[str, dict[str, Any]] = {
    "a signed key": {"identity": "/run"},
    "link any": {},
    "link failed": {"link": "failed"},
    "a signed key, a changed body refused": {"identity": "/run", "on_body_change": "refuse"},
    "a changed body refused": {"on_body_change": "refuse"},
    "link off": {"link": "off"},
    "inbox mode": {"mode": "inbox"},
    "inbox mode, a signed key": {"mode": "inbox", "identity": "/run"},
}
WHICH = st.integers(0, 100)
ENDINGS = st.sampled_from(["ok", "fails", "rejects"])
SPANS = st.sampled_from([1.0, 61.0, 299.0, 400.0, 650.0])


class Request(NamedTuple):
    """What somebody sends."""

    kind: str
    run: int
    outcome: str
    hasty: bool
    changed: bool
    query: str
    which: int
    guid: str | None


REQUESTS = st.lists(
    st.builds(
        Request,
        st.sampled_from(["attempt", "attempt", "attempt", "replay", "replay", "next run"]),
        st.integers(0, 2),
        st.sampled_from(["fails", "fails", "ok", "ok", "holds", "rejects"]),
        st.sampled_from([False, False, False, True]),
        st.booleans(),
        st.sampled_from(["", "", "", "?a=1"]),
        WHICH,
        st.sampled_from(["same", "other", "chosen", None]),
    ),
    min_size=3,
    max_size=8,
)


class Call(Thread):
    """A request that may take a while to be answered."""

    def __init__(self, inbox: Inbox, at: Any, request: Arrival, asked: Asked) -> None:
        super().__init__(daemon=True)
        self.asked = asked
        self.answer: Answer | None = None
        self._accept = lambda: inbox.accept(at, request)

    def run(self) -> None:
        self.answer = self._accept()

    def answered(self) -> Answer:
        self.join(PATIENCE)
        assert self.answer is not None
        return self.answer


class Holding:
    """A handler that has begun, and waits to be told how to end."""

    def __init__(self, message_id: str) -> None:
        self.message_id = message_id
        self.ending: SimpleQueue[str] = SimpleQueue()


class Process:
    """An inbox as a process of its own has it: with a lease that can be made void."""

    def __init__(self, shop: Shop, at: Any, answer_within: float) -> None:
        self.answer_within = answer_within
        folder = Path(f"{shop.engine.url.database}.leases")
        before = set(folder.glob("*"))
        self.inbox = shop.open(at, answer_within=answer_within)
        self._leases = set(folder.glob("*")) - before

    def dies(self) -> None:
        """It is gone for everybody else. What it runs may still wake up, and finds its lease void."""
        for lease in self._leases:
            lease.unlink()
        self.inbox.close(timeout=0)


class AnyOrder(RuleBasedStateMachine):
    """Two processes at one database: one waits for its handlers, one promises at once."""

    shop: Shop
    fields: dict[str, Any]
    example = 0

    @initialize()
    def begin(self) -> None:
        AnyOrder.example += 1
        self.at = endpoint(self.handle, f"/hooks/{self.example}", **self.fields)
        self.told = Told(self.at)
        self.patient = Process(self.shop, self.at, PATIENCE)
        self.hasty = Process(self.shop, self.at, 0.02)
        self.plan = "ok"
        self.begun: SimpleQueue[Holding] = SimpleQueue()
        self.sent: list[tuple[str, Arrival]] = []
        self.runs = [0, 0, 0]
        self.attempts: dict[str, int] = {}
        self.acknowledged: set[Message] = set()
        self.held: dict[Message, tuple[Holding, Process]] = {}
        self.calls: dict[Message, list[tuple[Process, Call]]] = {}
        self.undead: list[Holding] = []

    def handle(self, message: Handled, tx: Connection) -> tuple[int, Any]:
        outcome = self.plan
        if message.delivery is None and not self.at.acknowledges:
            outcome = "ok"  # what the receiver runs again by itself is no part of a plan
        elif self.at.acknowledges:
            self.plan = "ok"
        if outcome == "holds":
            holding = Holding(message.id)
            self.begun.put(holding)
            outcome = holding.ending.get()
        answer = ship(message, tx)
        if outcome == "fails":
            raise RuntimeError("the shop is closed")
        if outcome == "rejects":
            raise Rejected(409)
        return answer

    # What a sender and an attacker do

    @rule(requests=REQUESTS)
    def requests(self, requests: list[Request]) -> None:
        for one in requests:
            if one.kind == "replay" and self.sent:
                self.replay(one)
            elif one.kind == "next run":  # of the same task: without a key in it, its body is the same
                self.runs[one.run] += 1
            else:
                self.attempt(one)

    def attempt(self, one: Request) -> None:
        """The first of a run has no GUID; a retry may be rendered again."""
        key = f"{one.run}/{self.runs[one.run]}"
        number = self.attempts[key] = self.attempts.get(key, 0) + 1
        request = self.shop.request(
            self.body(key, changed=one.changed and number > 1),
            f"guid-{key}" if number > 1 else None,
            target=self.at.path + one.query,
        )
        self.sent.append((key, request))
        self.take(key, request, one.outcome, one.hasty)

    def replay(self, one: Request) -> None:
        """Somebody sends what he heard, under any GUID."""
        key, request = self.sent[one.which % len(self.sent)]
        other = self.sent[one.which % 7 % len(self.sent)][1]
        guid = {"same": request.guid, "other": other.guid}.get(one.guid or "", one.guid)
        copy = self.shop.again(request, guid, target=self.at.path + one.query)
        self.take(key, copy, one.outcome, one.hasty)

    # What the receiver's side does

    @precondition(lambda self: self.held)
    @rule(which=WHICH, ending=ENDINGS)
    def end(self, which: int, ending: str) -> None:
        message = list(self.held)[which % len(self.held)]
        holding, _ = self.held.pop(message)
        holding.ending.put(ending)
        self.until(lambda: self.record(message).state != "running")
        self.ended(message, ending)
        for _, call in self.calls.pop(message, []):
            self.check_waited(message, call)

    @precondition(lambda self: not self.at.acknowledges)  # where either may be the one that runs it
    @rule(patient=st.booleans())
    def die(self, patient: bool) -> None:
        dead = self.patient if patient else self.hasty
        mine = [message for message, (_, process) in self.held.items() if process is dead]
        dead.dies()
        reborn = Process(self.shop, self.at, dead.answer_within)
        if patient:
            self.patient = reborn
        else:
            self.hasty = reborn
        self.plan = "ok"
        for message in mine:
            self.undead.append(self.held.pop(message)[0])
            self.until(lambda message=message: self.record(message).state != "running")
            for process, call in self.calls.pop(message, []):
                if process is not dead:  # it sees the death, and may run the message
                    assert call.answered().status in (201, 200, 500, 401)
            message.state = "failed"
        self.settle()

    @precondition(lambda self: self.undead)
    @rule()
    def wake(self) -> None:
        """A handler whose lease went to somebody else comes to its end."""
        self.undead.pop().ending.put("ok")

    @rule(seconds=SPANS)
    def time_goes_on(self, seconds: float) -> None:
        self.shop.clock.advance(seconds)
        self.settle()

    # What must hold

    @invariant()
    def the_record_is_as_the_rules_say(self) -> None:
        self.settle()
        there = {one.id: one for one in self.inbox.messages(self.at.path)}
        shipped = self.shipped()
        assert {one.id for one in self.told.messages} == there.keys()
        for message in self.told.messages:
            record = there[message.id]
            assert (message.state, message.promised) == (record.state, record.promised)
            assert message.guid == record.guid
            assert [message.body] * (message.state == "done") == shipped.get(message.id, [])

    def teardown(self) -> None:
        if not hasattr(self, "at"):
            return
        for holding in self.undead:
            holding.ending.put("ok")
        while self.held:
            self.end(0, "ok")
        for _ in range(9):
            self.time_goes_on(61.0)
        shipped = self.shipped()
        for message in self.acknowledged:
            assert message.state == "rejected" or 1 == len(shipped[message.id])
        self.patient.inbox.close(PATIENCE)
        self.hasty.inbox.close(PATIENCE)

    def take(self, key: str, request: Arrival, outcome: str, hasty: bool) -> None:
        """Give a request to the inbox, and compare all that comes of it with what was said."""
        assert request.delivery is not None
        asked = Asked(
            key,
            request.body,
            (request.delivery.signed_ns or 0) // 1_000_000,
            request.guid,
            (request.method, request.target),
            request.stale is not None,
            request.received_ns // 1_000_000,
        )
        self.settle()
        said = self.told.judge(asked)
        if said.message is not None and said.runs and self.is_older(said.message, asked):
            outcome, hasty = "ok", False  # what is on record runs, which is no part of the plan
        if hasty and said.runs and not self.at.acknowledges:
            outcome = "holds"
        process = self.hasty if hasty else self.patient
        self.plan = outcome if said.runs or not self.at.acknowledges else "ok"
        call = Call(process.inbox, self.at, request, asked)
        call.start()
        holds = said.runs and outcome == "holds"
        if holds:
            holding = self.begun.get(timeout=PATIENCE)
        waits = not (hasty or self.at.acknowledges) and (holds or said.verdict == "wait")
        if waits:
            self.until(lambda: any(one.id == request.id for one in self.deliveries()))
        else:
            call.answered()
        (delivery,) = (one for one in self.deliveries() if one.id == request.id)
        assert (said.rule, said.verdict) == (delivery.rule, delivery.verdict)
        message = self.told.take(asked, said, delivery.message_id or "")
        assert (None if message is None else message.id) == delivery.message_id
        if message is None:
            assert call.answer is not None
            assert (401, request.stale) == (call.answer.status, call.answer.code)
            return
        if said.runs:
            message.state = "running"
        if holds:
            self.held[message] = holding, process
        if waits:
            self.calls.setdefault(message, []).append((process, call))
        elif said.runs and self.at.acknowledges:
            self.check_acknowledged(message, outcome, call.answered())
        else:
            self.check(message, said, outcome, call.answered())

    def check_acknowledged(self, message: Message, outcome: str, answer: Answer) -> None:
        """An answer that came before the message was run."""
        assert (message.id, 200, True) == (answer.message_id, answer.status, answer.kept)
        message.promised = True
        self.acknowledged.add(message)
        if outcome != "holds":
            self.until(lambda: self.record(message).state not in ("pending", "running"))
            self.ended(message, outcome)

    def check(self, message: Message, said: Said, outcome: str, answer: Answer) -> None:
        """An answer that came at once."""
        assert message.id == answer.message_id
        if said.runs and outcome != "holds":
            self.ended(message, outcome)
        elif said.runs or said.verdict == "wait":
            message.promised = True
        if said.verdict in ("stale", "body_changed"):
            assert {"stale": 401, "body_changed": 422}[said.verdict] == answer.status
        elif message.kept is not None:
            assert message.kept == (answer.status, answer.body)
            assert (said.verdict == "answered") is answer.duplicate
        elif message.promised:
            assert (200, True) == (answer.status, answer.kept)
        else:
            assert (500, "handler_failed") == (answer.status, answer.code)
        if answer.status < 300:
            self.acknowledged.add(message)

    def check_waited(self, message: Message, call: Call) -> None:
        """The answer to a request that waited for a run."""
        answer = call.answered()
        assert message.id == answer.message_id
        if message.kept is not None:
            assert message.kept == (answer.status, answer.body)
        elif message.promised:
            assert (200, True) == (answer.status, answer.kept)
        else:
            assert (401 if call.asked.stale else 500) == answer.status
        if answer.status < 300:
            self.acknowledged.add(message)

    def ended(self, message: Message, ending: str) -> None:
        """A run has come to its end."""
        if ending == "ok":
            message.state, message.kept = "done", kept(message.body)
        elif ending == "rejects":
            message.state, message.kept = "rejected", (409, b"")
        else:
            message.state = "failed"

    def settle(self) -> None:
        """Have the receiver run what it promised and is due; whoever of its threads does so."""
        owed = [one for one in self.told.messages if one.state == "failed"]
        for message in owed:
            if message.promised:
                self.until(lambda message=message: self.is_settled(message))
            if self.record(message).state == "done":
                (message.body,) = self.shipped()[message.id]
                self.ended(message, "ok")

    def is_settled(self, message: Message) -> bool:
        self.inbox.run_due()
        record = self.record(message)
        now_ms = self.shop.clock() // 1_000_000
        return record.state == "done" or (record.state == "failed" and (record.due_ms or 0) > now_ms)

    def is_older(self, message: Message, asked: Asked) -> bool:
        return asked.body != message.body and asked.signed_ms < message.signed_ms

    def body(self, key: str, *, changed: bool) -> bytes:
        note = {"note": "again"} if changed else {}
        return json.dumps(({"run": key} if self.at.identity else {"order": 4}) | note).encode()

    def record(self, message: Message) -> Any:
        return self.inbox.message(message.id)

    def deliveries(self) -> list[Any]:
        return self.inbox.deliveries(endpoint=self.at.path)

    def shipped(self) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        with reading(self.shop.engine) as connection:
            for message_id, body in connection.execute(select(effects.c.message, effects.c.body)):
                found.setdefault(message_id, []).append(body)
        return found

    @property
    def inbox(self) -> Inbox:
        return self.patient.inbox

    @staticmethod
    def until(holds: Any) -> None:
        assert eventually(holds)


def kept(body: bytes) -> Kept:
    """What an honest handler's answer is, as it is kept."""
    return 201, json.dumps({"shipped": body.decode()}, separators=(",", ":")).encode()


def run(shop: Shop, fields: dict[str, Any], examples: int) -> None:
    AnyOrder.shop, AnyOrder.fields = shop, fields
    run_state_machine_as_test(
        AnyOrder,
        # What fails is found again as it stands: making it smaller takes minutes here.
        settings=settings(max_examples=examples, stateful_step_count=25, phases=[Phase.generate]),
    )


@pytest.mark.rule("P-ID-1", "P-ID-3", "P-ID-5", "P-ID-7", "P-ID-9", "P-ID-10", "P-ID-11", "P-ID-13")
@pytest.mark.parametrize("name", ["a signed key", "link any", "inbox mode"])
def test_no_order_breaks_the_rules(shop: Shop, name: str) -> None:
    run(shop, FIELDS[name], 3)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.rule("P-ID-6", "P-ID-12", "P-ID-14", "P-ID-15")
@pytest.mark.parametrize("name", FIELDS)
def test_many_orders_break_no_rule(shop: Shop, name: str) -> None:
    run(shop, FIELDS[name], 60)
