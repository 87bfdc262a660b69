"""When a sender tries again, what it sends then, and what that is to a receiver."""

from __future__ import annotations

import inspect
import re
import time
from itertools import pairwise
from uuid import UUID

import pytest
from tests.contract.sending import GUID, SIGNATURE, Longest, Shortest, element, quick, task
from tests.contract.shop import BODY, Ending, Open
from tests.sender.peer import OK, Peer, hang_up, raw, silence, status, unused_port

from hookproof import Verifier
from hookproof.testing import SECRET, FixedClock
from hookproof_sender import Attempt, Sender
from hookproof_sender.wire import delay


@pytest.mark.rule("P-RETRY-1")
def test_whatever_fails_is_retried_until_an_attempt_succeeds() -> None:
    failures = [status(302), status(400), status(401), status(404), status(410), status(500)]
    with Peer(*failures, hang_up, raw(b"no HTTP\r\n\r\n"), silence, raw(OK)) as peer:
        run = quick(deadline=1).send(task(peer.url, maxRetries=20))

    assert ("delivered", 10, 10) == (run.outcome, len(run.attempts), len(peer.received))


@pytest.mark.rule("P-RETRY-1", "P-RETRY-9")
def test_when_the_retries_are_used_up_the_task_has_failed() -> None:
    with unused_port() as port:
        run = quick().send(task(f"http://127.0.0.1:{port}/", maxRetries=2))

    assert ("failed", 3) == (run.outcome, len(run.attempts))


@pytest.mark.rule("P-RETRY-2", "P-RETRY-3")
@pytest.mark.parametrize(
    ("keys", "attempts"),
    [
        ({}, 4),
        ({"maxRetries": 0}, 1),
        ({"maxRetries": 1}, 2),
        ({"maxRetries": 5}, 6),
        ({"retryOnFailure": True}, 4),
        ({"retryOnFailure": False}, 1),
        ({"retryOnFailure": False, "maxRetries": 2}, 3),
        ({"retryOnFailure": True, "maxRetries": 0}, 1),
        ({"retryOnFailure": False, "maxRetries": None}, 1),
    ],
    ids=str,
)
def test_there_is_one_attempt_more_than_retries(keys: dict[str, object], attempts: int) -> None:
    with Peer(status(500)) as peer:
        run = quick().send(task(peer.url, **keys))

    assert ("failed", attempts, attempts) == (run.outcome, len(run.attempts), len(peer.received))


@pytest.mark.rule("P-RETRY-4")
def test_a_delay_lies_between_a_floor_and_a_bound_that_doubles() -> None:
    longest = [delay(retry, Longest()) for retry in range(1, 10)]

    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == longest
    assert {0.1} == {delay(retry, Shortest()) for retry in range(1, 10)}
    assert (1.0, 60.0) == tuple(
        inspect.signature(Sender).parameters[name].default for name in ("retry_base", "retry_cap")
    )


@pytest.mark.rule("P-RETRY-4")
def test_the_delay_is_waited_for() -> None:
    came: list[float] = []
    with Peer(status(500)) as peer:
        Sender(
            allow_loopback=True, rng=Shortest(), on_start=lambda _: came.append(time.monotonic())
        ).send(task(peer.url))
    gaps = [later - earlier for earlier, later in pairwise(came)]

    assert 3 == len(gaps)
    assert all(0.1 <= gap < 5 for gap in gaps)


@pytest.mark.rule("P-GUID-1", "P-GUID-2", "P-GUID-3", "P-RETRY-5", "P-RETRY-6")
def test_attempts_differ_in_their_signature_and_the_guid_of_a_retry_alone() -> None:
    clock = FixedClock()
    sender = quick(clock=clock, on_start=lambda _: clock.advance(1))
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    with Peer(status(500)) as peer:
        for method in ("post", "put", "delete"):
            body = "" if method == "delete" else "{}"
            sender.send(task(peer.url + "?a=b", method=method, body=body, headers=headers))
    guids: list[str] = []
    for first, *retries in (peer.received[at : at + 4] for at in (0, 4, 8)):
        (guid,) = {tuple(one.values(GUID)) for one in retries}
        guids += guid
        assert [] == first.values(GUID)
        times = [int(element(one, "t")) for one in (first, *retries)]
        assert times == [times[0] + 1000 * number for number in range(4)]
        for one in (first, *retries):
            own = (GUID, SIGNATURE)
            assert [pair for pair in first.headers if pair[0] not in own] == [
                pair for pair in one.headers if pair[0] not in own
            ]
            assert (first.line, first.body) == (one.line, one.body)
            Verifier(secrets=SECRET, clock=clock).verify(one.body, one.headers)

    assert 3 == len(set(guids))
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", guid) for guid in guids)
    assert guids == [str(UUID(guid)) for guid in guids]


@pytest.mark.rule("P-RETRY-7")
@pytest.mark.parametrize("value", ["3600", "Fri, 31 Dec 2999 23:59:59 GMT", "soon"])
def test_retry_after_is_shown_and_changes_nothing(value: str) -> None:
    with Peer(status(503, f"Retry-After: {value}")) as peer:
        run = quick(rng=Longest(), retry_base=0.01).send(task(peer.url, maxRetries=2))

    assert [value] * 3 == [attempt.retry_after for attempt in run.attempts]
    assert [0.01, 0.02, None] == [attempt.retry_in_s for attempt in run.attempts]


@pytest.mark.rule("P-RETRY-8")
def test_a_test_makes_one_attempt_and_reports_how_it_went() -> None:
    with Peer(status(503)) as peer:
        attempt = quick().test(task(peer.url))

    (received,) = peer.received
    assert (503, False, None) == (attempt.status, attempt.succeeded, attempt.retry_in_s)
    assert ([], 1) == (received.values(GUID), len(received.values(SIGNATURE)))


@pytest.mark.rule("P-RETRY-9")
def test_a_wait_that_is_stopped_ends_as_unknown() -> None:
    def stop(_attempt: Attempt) -> None:
        sender.stop()

    sender = quick(retry_base=60, rng=Longest(), on_attempt=stop)
    with Peer(status(503)) as peer:
        run = sender.send(task(peer.url))

    assert ("unknown", 1) == (run.outcome, len(run.attempts))


@pytest.mark.rule("P-GUID-1", "P-RETRY-1", "P-RETRY-5", "P-ID-11", "P-ANS-4")
def test_a_handler_that_fails_twice_has_one_effect(open_shop: Open) -> None:
    """Both ends."""
    shop = open_shop(Ending(RuntimeError("one"), RuntimeError("two"), None))
    sender = quick(clock=shop.clock, on_start=lambda _: shop.clock.advance(1))
    run = sender.send(task(shop.url))

    assert ("delivered", [500, 500, 201]) == (run.outcome, [one.status for one in run.attempts])
    assert [BODY] == shop.effects()
    (message,) = shop.messages()
    assert (3, run.guid, ("linked",)) == (message.attempts, message.guid, message.flags)
