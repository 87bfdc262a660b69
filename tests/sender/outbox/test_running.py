"""The real sender and its worker, over sockets: retries, dead letters, crashes, suspended processes."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.contract.sending import GUID, quick
from tests.sender.outbox.child import working
from tests.sender.outbox.made import PATIENCE, Running, all_in, of_id, task, until
from tests.sender.peer import OK, Connection, Peer, raw, status

from hookproof import Verifier
from hookproof.clock import system_clock
from hookproof.testing import SECRET
from hookproof_sender.outbox import Outbox, Terms
from hookproof_sender.outbox.outbox import LEASE


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'outbox.db'}"


def later() -> int:
    """The time at which leases of now have run out."""
    return system_clock() + round((LEASE + 1) * 1e9)


class Gate:
    """A script that waits for the test before it answers, and counts who waits."""

    def __init__(self, answer: bytes = OK) -> None:
        self.waiting = 0
        self.most = 0
        self.opened = threading.Event()
        self._answer = answer
        self._lock = threading.Lock()

    def __call__(self, connection: Connection) -> None:
        with self._lock:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        self.opened.wait(PATIENCE)
        with self._lock:
            self.waiting -= 1
        connection.send(self._answer)


class Together:
    """A script that answers so many requests at once, none before the last of them has come."""

    def __init__(self, number: int) -> None:
        self.most = 0
        self._waiting = 0
        self._lock = threading.Lock()
        self._all = threading.Barrier(number)

    def __call__(self, connection: Connection) -> None:
        with self._lock:
            self._waiting += 1
            self.most = max(self.most, self._waiting)
        self._all.wait(PATIENCE)
        with self._lock:
            self._waiting -= 1
        connection.send(OK)


@pytest.mark.rule("P-OUTBOX-6")
@pytest.mark.parametrize("asked", [pytest.param("3", id="RTY-16")])
def test_a_pause_survives_the_death_of_the_worker(database: str, asked: str) -> None:
    outbox = Outbox(database, terms=Terms(profile="considerate"))
    with Peer(status(503, f"Retry-After: {asked}"), raw(OK)) as peer:
        message = outbox.enqueue(task(peer.port))
        with working(database):
            until(lambda: _state(outbox, message) == ("pending", 1))
        kept = outbox.show(message)
        assert kept is not None
        assert kept.due_ms is not None
        assert kept.due_ms - kept.history[0].started_ns / 1e6 >= 3000
        with working(database):
            until(lambda: all_in(outbox, "delivered"))
        after = outbox.show(message)

    assert after is not None
    first, second = after.history
    assert (503, None, 200, after.guid) == (first.status, first.guid, second.status, second.guid)
    assert second.started_ns / 1e6 >= kept.due_ms
    assert [[], [after.guid]] == [one.values(GUID) for one in peer.received]


@pytest.mark.rule("P-OUTBOX-11")
@pytest.mark.parametrize("share", [pytest.param(3, id="RTY-17")])
def test_an_endpoint_never_has_more_at_once_than_its_share(database: str, share: int) -> None:
    shares = [Together(share), Together(share)]
    sender = quick(database=database)
    with Peer(shares[0]) as one, Peer(shares[1]) as other:
        sender.outbox.enqueue_all([task(peer.port) for peer in (one, other) for _ in range(7 * share)])
        with Running(sender.worker(per_endpoint=share), until_done=True) as running:
            running.join()

    assert {"delivered": 14 * share} == sender.outbox.counts()
    assert [share, share] == [one.most for one in shares]


@pytest.mark.rule("P-OUTBOX-9")
@pytest.mark.parametrize("retries", [pytest.param(2, id="RTY-18")])
def test_a_message_that_failed_can_be_sent_again_under_its_guid(database: str, retries: int) -> None:
    sender = quick(database=database)
    outbox = sender.outbox
    with Peer(*[status(500)] * (retries + 2), raw(OK)) as peer:
        message, other = outbox.enqueue_all([task(peer.port, maxRetries=retries), task(1)])
        outbox.cancel(of_id(other))
        with Running(sender.worker(), until_done=True) as running:
            running.join()
        assert ("failed", retries + 1) == _state(outbox, message)
        assert retries + 1 == peer.connections

        assert [message] == outbox.retry(of_id(message))
        with Running(sender.worker(), until_done=True) as running:
            running.join()
    kept = outbox.show(message)

    assert kept is not None
    assert "delivered" == kept.state
    assert list(range(1, retries + 4)) == [one.number for one in kept.history]
    assert [None] + [kept.guid] * (retries + 2) == [one.guid for one in kept.history]
    assert [[]] + [[kept.guid]] * (retries + 2) == [one.values(GUID) for one in peer.received]
    for received in peer.received:
        Verifier(secrets=SECRET).verify(received.body, received.headers)


@pytest.mark.rule("P-OUTBOX-1")
def test_a_message_is_on_record_when_its_first_byte_arrives(database: str) -> None:
    seen: list[Any] = []
    sender = quick(database=database)

    def look(connection: Connection) -> None:
        seen.extend(Outbox(database).find())
        connection.send(OK)

    with Peer(look) as peer:
        run = sender.send(task(peer.port))

    assert [(run.id, "in_flight", 1)] == [(one.id, one.state, one.attempts) for one in seen]


@pytest.mark.rule("P-OUTBOX-5", "P-OUTBOX-12")
def test_a_sender_that_is_stopped_cuts_off_what_its_worker_does_and_begins_nothing(
    database: str,
) -> None:
    gate = Gate()
    sender = quick(database=database)
    outbox = sender.outbox
    with Peer(gate) as peer:
        ids = outbox.enqueue_all([task(peer.port) for _ in range(10)])
        with Running(worker := sender.worker(per_endpoint=2)) as running:
            until(lambda: 2 == gate.waiting)
            worker.stop()
            assert not running.is_over
            sender.stop()
            running.join()
        gate.opened.set()
        assert 2 == peer.connections
    kept = [one for id in ids if (one := outbox.show(id))]

    assert {"pending": 10} == outbox.counts()
    assert [0] * 8 + [1] * 2 == sorted(one.attempts for one in kept)
    assert ["interrupted"] * 2 == [one.history[0].cause for one in kept if one.history]


@pytest.mark.rule("P-OUTBOX-5")
@pytest.mark.parametrize(("retries", "outcome", "requests"), [(1, "delivered", 2), (0, "unknown", 1)])
def test_a_worker_that_dies_in_an_attempt_leaves_one_that_is_lost(
    database: str, retries: int, outcome: str, requests: int
) -> None:
    gate = Gate()
    sender = quick(database=database, clock=later)
    outbox = Outbox(database)
    with Peer(gate, raw(OK)) as peer:
        message = outbox.enqueue(task(peer.port, maxRetries=retries))
        with working(database):
            until(lambda: 1 == gate.waiting)
        with Running(sender.worker(), until_done=True) as running:
            running.join()
        gate.opened.set()
    kept = outbox.show(message)

    assert kept is not None
    assert outcome == kept.state
    assert ["lost", None][:requests] == [one.cause for one in kept.history]
    assert [[], [kept.guid]][:requests] == [one.values(GUID) for one in peer.received]


@pytest.mark.rule("P-OUTBOX-3", "P-OUTBOX-4")
def test_a_suspended_worker_loses_its_leases_and_its_late_result_changes_nothing(
    database: str,
) -> None:
    """What waited there is sent by the other alone; what was under way twice, then with a GUID."""
    gate = Gate(b"HTTP/1.1 500 -\r\nContent-Length: 0\r\n\r\n")
    sender = quick(database=database)
    outbox = sender.outbox
    with Peer(gate, raw(OK)) as peer:
        with working(database, lease=3.0, deadline=2.9, per_endpoint=1) as suspended:
            ids = outbox.enqueue_all([task(peer.port) for _ in range(6)])
            until(lambda: 1 == gate.waiting)
            assert {"in_flight": 6} == outbox.counts()
            suspended.send_signal(signal.SIGSTOP)
            with Running(sender.worker(), until_done=True) as running:
                running.join()
            assert {"delivered": 6} == outbox.counts()
            before = [outbox.show(one) for one in ids]
            gate.opened.set()
            suspended.send_signal(signal.SIGCONT)
            until(lambda: _causes(outbox, ids).count("lost") < 6)
            time.sleep(1.0)  # what it would send now it has at hand
        after = [outbox.show(one) for one in ids]

    def standing(kept: Any) -> Any:
        return kept.state, kept.attempts, kept.guid, kept.status, kept.cause, kept.updated_ms

    assert list(map(standing, before)) == list(map(standing, after))
    assert {"delivered": 6} == outbox.counts()
    assert 7 == peer.connections
    assert 6 == len({one.values(GUID)[0] for one in peer.received[1:]})


def _state(outbox: Outbox, message: str) -> tuple[str, int]:
    kept = outbox.show(message)
    assert kept is not None
    return kept.state, kept.attempts


def _causes(outbox: Outbox, ids: list[str]) -> list[str | None]:
    return [one.cause for id in ids if (kept := outbox.show(id)) for one in kept.history]
