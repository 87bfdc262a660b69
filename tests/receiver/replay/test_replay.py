"""Running what was kept once more: what may be, what comes of it, and what it leaves as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.receiver.inbox.shop import PATH, Shop, endpoint, ship
from tests.receiver.inbox.test_promise import SOON, Slow

from hookproof import Verifier
from hookproof.clock import Clock
from hookproof.testing import SECRET
from hookproof_receiver.inbox import Arrival, Endpoint, Ledger, Message, Rejected
from hookproof_receiver.replay import Changes, Planned, Planner, Refused, Replay, Replayer, ReplayStore
from hookproof_runtime.database import Connection, reading, writing

GUID = "0b2a7a0e-3f3c-4e6b-9f53-6d7f1ad0f7e5"
HOUR = 3600.0


class Desk:
    """An inbox whose handler fails as long as it is told to, and whoever replays what it kept."""

    def __init__(self, shop: Shop, **fields: Any) -> None:
        self.shop = shop
        self.fails: Exception | None = None
        self.seen: list[Message] = []
        self.at = endpoint(self._handle, **fields)
        self.inbox = shop.open(self.at)
        self.ledger = Ledger(shop.engine, shop.clock)
        self.replays = ReplayStore(shop.engine)

    def _handle(self, message: Message, tx: Connection) -> Any:
        self.seen.append(message)
        if self.fails is not None:
            ship(message, tx)  # rolled back
            raise self.fails
        return ship(message, tx)

    def accept(self, request: Arrival) -> str | None:
        return self.inbox.accept(self.at, request).message_id

    def plan(self, one: str, *, again: bool = False, body: bool = False) -> Planned:
        planner = Planner(self.ledger, self._endpoint, self._verifier, again=again, new_body=body)
        if one.startswith("dlv_"):
            planned = planner.request(one)
            assert planned is not None
            return planned
        whole = self.ledger.show(one)
        assert whole is not None
        return planner.message(whole.record)

    def replay(self, one: str, *, again: bool = False, changes: Changes | None = None) -> Replay:
        changes = changes or Changes()
        planned = self.plan(one, again=again, body=changes.body is not None)
        assert planned.reason is None, planned.reason
        return self.run(planned, again=again, changes=changes)

    def run(self, planned: Planned, *, again: bool = False, changes: Changes | None = None) -> Replay:
        with Replayer(
            self.shop.engine, self.shop.clock, self.ledger.lock_dir, again=again, changes=changes
        ) as replayer:
            return replayer.run(planned)

    def write(self, statement: str) -> None:
        with writing(self.shop.engine) as connection:
            connection.execute(text(statement))

    def identities(self) -> list[str]:
        with reading(self.shop.engine) as connection:
            rows = connection.execute(text("SELECT value FROM hookproof_identities")).scalars()
            return sorted(one.partition(":")[0] for one in rows)

    def _endpoint(self, path: str) -> Endpoint | None:
        return self.at if path == PATH else None

    def _verifier(self, path: str, clock: Clock) -> Verifier | None:
        return Verifier(secrets=SECRET, clock=clock)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def results(replay: Replay) -> tuple[Any, ...]:
    return replay.result, replay.before.state, replay.before.status, replay.after_status, replay.attempt


@pytest.mark.rule("P-REPLAY-1")
def test_what_failed_is_fixed_and_its_retries_get_the_new_answer(desk: Desk) -> None:
    desk.fails = OSError("shut")
    request = desk.shop.request(b"order", GUID)
    one = str(desk.accept(request))
    desk.fails = None

    replay = desk.replay(one)

    assert ("fixed", "failed", 500, 201, 2) == results(replay)
    assert [b"order"] == desk.shop.shipped()
    assert (one, 2, ("replayed",)) == (desk.seen[1].id, desk.seen[1].attempt, desk.seen[1].flags)
    retry = desk.inbox.accept(desk.at, desk.shop.request(b"order", GUID))
    assert (201, True, one) == (retry.status, retry.duplicate, retry.message_id)
    assert [replay] == desk.replays.of_message(one)
    assert 2 == len(desk.inbox.deliveries())  # a replay is no request


def test_what_is_parked_runs_once_more_and_is_parked_again_where_it_fails(desk: Desk) -> None:
    desk.fails = OSError("shut")
    one = str(desk.accept(desk.shop.request()))
    desk.write("UPDATE hookproof_messages SET promised_ms = created_ms, tries = 16")

    assert ("still_failing", "parked", 500, 500, 2) == results(desk.replay(one))
    assert "parked" == desk.inbox.messages()[0].standing
    desk.fails = None
    assert ("fixed", "parked", 500, 201, 3) == results(desk.replay(one))
    assert [b'{"order": 4}'] == desk.shop.shipped()


@pytest.mark.rule("P-REPLAY-2")
def test_what_had_its_effect_is_refused_unless_a_second_one_is_wanted(desk: Desk) -> None:
    one = str(desk.accept(desk.shop.request()))
    planned = desk.plan(one)
    assert (True, "it had its effect: --again gives it a second one") == (
        planned.second_effect,
        planned.reason,
    )
    before = desk.ledger.show(one)
    assert ("same", "done", 201, 201, 2) == results(desk.replay(one, again=True))
    desk.fails = OSError("shut")
    assert ("worse", "done", 201, 500, 3) == results(desk.replay(one, again=True))
    after = desk.ledger.show(one)
    assert 2 == len(desk.shop.shipped())
    assert before is not None
    assert after is not None
    assert (before.answer, "done", 201) == (after.answer, after.record.state, after.record.status)


def test_what_was_rejected_gets_a_new_answer_only_where_it_is_mended(desk: Desk) -> None:
    desk.fails = Rejected(422)
    request = desk.shop.request(guid=GUID)
    one = str(desk.accept(request))
    assert ("still_failing", "rejected", 422, 422, 2) == results(desk.replay(one))
    assert 422 == desk.inbox.accept(desk.at, desk.shop.again(request)).status
    desk.fails = OSError("shut")
    assert ("still_failing", "rejected", 422, 500, 3) == results(desk.replay(one))
    assert 422 == desk.inbox.accept(desk.at, desk.shop.again(request)).status
    desk.fails = None
    assert ("fixed", "rejected", 422, 201, 4) == results(desk.replay(one))
    assert 201 == desk.inbox.accept(desk.at, desk.shop.again(request)).status


def test_what_was_kept_without_a_handler_is_handled_and_answered_as_before(shop: Shop) -> None:
    showing = endpoint(None)
    request = shop.request(guid=GUID)
    one = str(shop.open(showing).accept(showing, request).message_id)
    desk = Desk(shop)
    assert ("handled", "kept", 200, 201, 1) == results(desk.replay(one))
    retry = desk.inbox.accept(desk.at, desk.shop.again(request))
    assert (200, b"", True) == (retry.status, retry.body, retry.duplicate)
    assert "--again" in str(desk.plan(one).reason)
    assert 1 == len(shop.shipped())


def test_what_waits_for_a_worker_is_run_here_and_by_no_worker_then(shop: Shop) -> None:
    desk = Desk(shop, mode="inbox")
    desk.inbox.close()
    inbox = shop.open(desk.at, workers=0)
    one = str(inbox.accept(desk.at, shop.request()).message_id)
    assert ("handled", "pending", None, 201, 1) == results(desk.replay(one))
    assert 0 == inbox.run_due()
    desk.fails = OSError("shut")
    other = str(inbox.accept(desk.at, shop.request(b"other")).message_id)
    assert ("failed", "pending", None, 500, 1) == results(desk.replay(other))
    desk.fails = None
    shop.clock.advance(HOUR)
    assert 1 == inbox.run_due()  # it is the receiver's as before
    assert [b'{"order": 4}', b"other"] == shop.shipped()


def test_what_runs_elsewhere_is_left_to_it(shop: Shop) -> None:
    slow = Slow()
    at = endpoint(slow)
    inbox = shop.open(at, answer_within=SOON)
    one = str(inbox.accept(at, shop.request()).message_id)
    desk = Desk(shop)
    assert "it is running, and its process lives: wait for it" == desk.plan(one).reason
    slow.go.set()


def test_what_ran_in_a_process_that_died_may_be_run(desk: Desk) -> None:
    desk.fails = OSError("shut")
    one = str(desk.accept(desk.shop.request()))
    desk.fails = None
    desk.inbox.close()
    desk.write("UPDATE hookproof_messages SET state = 'running', owner = 'gone', status = NULL")
    assert ("fixed", "running", None, 201, 2) == results(desk.replay(one))


def test_what_changed_since_it_was_planned_is_refused(desk: Desk) -> None:
    desk.fails = OSError("shut")
    request = desk.shop.request()
    planned = desk.plan(str(desk.accept(request)))
    desk.fails = None
    desk.accept(desk.shop.again(request))
    with pytest.raises(Refused, match="it had its effect"):
        desk.run(planned)
    assert 1 == len(desk.shop.shipped())


def test_headers_and_body_may_be_changed_for_the_run_alone(desk: Desk) -> None:
    desk.fails = OSError("shut")
    one = str(desk.accept(desk.shop.request(b"wrong")))
    desk.fails = None
    changes = Changes((("X-Webhook-Signature", "none"), ("X-More", "1")), b"right")
    replay = desk.replay(one, changes=changes)
    assert ("body", "header X-Webhook-Signature", "header X-More") == replay.changes
    assert b"right" == desk.seen[1].body
    assert ("none", "1") == tuple(
        desk.seen[1].headers[name] for name in ("x-webhook-signature", "x-more")
    )
    whole = desk.ledger.show(one)
    assert whole is not None
    assert whole.content is not None
    assert b"wrong" == whole.content.body


def test_a_removed_body_has_to_be_given(desk: Desk) -> None:
    desk.fails = Rejected(400)
    one = str(desk.accept(desk.shop.request(b"gone")))
    desk.write("UPDATE hookproof_messages SET pruned_bytes = 4, body = x'', headers = '[]'")
    desk.fails = None
    assert "its body was removed when it was old: give --body FILE" == desk.plan(one).reason
    assert "fixed" == desk.replay(one, changes=Changes(body=b"found")).result
    assert [b"found"] == desk.shop.shipped()


def test_without_a_handler_it_says_what_to_give(desk: Desk) -> None:
    desk.fails = OSError("shut")
    one = str(desk.accept(desk.shop.request()))
    desk.at = endpoint(None)
    assert "has no handler here: give --app or --config" in str(desk.plan(one).reason)


# What made no message


def stale(desk: Desk, body: bytes = b"late", guid: str | None = None) -> Arrival:
    request = desk.shop.request(body, guid)
    desk.shop.clock.advance(HOUR)
    late = desk.shop.again(request, guid)
    assert 401 == desk.inbox.accept(desk.at, late).status
    return late


@pytest.mark.rule("P-REPLAY-3")
def test_what_came_too_late_becomes_a_message_that_its_retries_are_known_by(desk: Desk) -> None:
    late = stale(desk, guid=GUID)
    replay = desk.replay(late.id)
    assert ("handled", None, None, 201, 1) == results(replay)
    assert [b"late"] == desk.shop.shipped()
    assert ["signature"] == desk.identities()  # no GUID: it is the sender's to bind
    (record,) = desk.inbox.messages()
    assert (replay.message_id, ("replayed",), "done") == (record.id, record.flags, record.state)
    assert ("stale", record.id, 401) == tuple(
        getattr(desk.inbox.deliveries()[0], name) for name in ("verdict", "message_id", "status")
    )
    assert record.id == desk.accept(desk.shop.again(late, GUID))  # the same bytes
    assert record.id == desk.accept(desk.shop.request(b"late", GUID))  # signed anew
    assert 1 == len(desk.shop.shipped())
    assert "--again" in str(desk.plan(late.id).reason)


def test_what_came_too_late_for_a_message_that_failed_runs_that(desk: Desk) -> None:
    desk.fails = OSError("shut")
    one = desk.accept(desk.shop.request(b"order", GUID))
    late = stale(desk, b"order", GUID)
    desk.fails = None
    replay = desk.replay(late.id)
    assert ("fixed", "failed", 500, 201, 2) == results(replay)
    assert (one, 1) == (replay.message_id, len(desk.shop.shipped()))


def test_a_changed_body_that_was_refused_is_the_one_that_runs(shop: Shop) -> None:
    desk = Desk(shop, on_body_change="refuse")
    desk.fails = OSError("shut")
    one = desk.accept(desk.shop.request(b"one", GUID))
    changed = desk.shop.request(b"two", GUID)
    assert 422 == desk.inbox.accept(desk.at, changed).status
    desk.fails = None
    assert one == desk.replay(changed.id).message_id
    assert [b"two"] == shop.shipped()
    assert ("replayed",) == desk.inbox.messages()[0].flags


def test_what_had_no_identity_runs_as_a_message_all_the_same(shop: Shop) -> None:
    desk = Desk(shop, identity="/run", identity_required=True)
    refused = desk.shop.request(b"{}")
    assert 422 == desk.inbox.accept(desk.at, refused).status
    assert "handled" == desk.replay(refused.id).result
    assert [b"{}"] == shop.shipped()
    assert {"no_identity", "replayed"} == set(desk.inbox.messages()[0].flags)


@pytest.mark.rule("P-REPLAY-4")
def test_what_was_linked_is_run_by_itself_once(desk: Desk) -> None:
    first = desk.accept(desk.shop.request(b"same"))
    linked = desk.shop.request(b"same", GUID)
    assert first == desk.accept(linked)
    replay = desk.replay(linked.id)
    assert ("handled", None, None, 201, 1) == results(replay)
    assert (2, True) == (len(desk.shop.shipped()), replay.message_id != first)
    assert f"it was run as {replay.message_id}" in str(desk.plan(linked.id).reason)
    assert first == desk.accept(desk.shop.request(b"same", GUID))  # the retries stay where they were
    other = "11111111-2222-4333-8444-555555555555"
    assert first != replay.message_id != desk.accept(desk.shop.request(b"same", other))


def test_another_request_of_a_message_stands_for_it(desk: Desk) -> None:
    request = desk.shop.request()
    one = desk.accept(request)
    planned = desk.plan(request.id, again=True)
    assert planned.message is not None
    assert (request.id, one, "message") == (planned.of, planned.message.id, planned.kind)


def test_two_replays_of_one_message_are_not_at_work_at_once(desk: Desk) -> None:
    one = str(desk.accept(desk.shop.request()))
    planned = desk.plan(one, again=True)
    inner: list[str] = []

    def handle(message: Message) -> None:
        with pytest.raises(Refused) as refused:
            desk.run(planned, again=True)
        inner.append(str(refused.value))

    desk.at = endpoint(handle)
    desk.run(desk.plan(one, again=True), again=True)
    assert "of it runs, and its process lives: wait for it" in inner[0]
    assert 1 == len(desk.replays.of_message(one))
