"""A task's run: P-SEND, P-SIG, P-GUID and P-RETRY of the contract, over real sockets."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sender.attempting import GUARD
from tests.sender.peer import (
    OK,
    Peer,
    drip,
    flood,
    hang_up,
    raw,
    reset,
    silence,
    status,
    unused_port,
)  # fmt: skip

from hookproof import CannotRun, Secret, Verifier
from hookproof.testing import FixedClock
from hookproof_sender import HttpTask, Sender

SECRET = "not-a-secret-for-tests"
GUID = "X-Http-Task-Guid"
SIGNATURE = "X-Webhook-Signature"


def task(url, **keys):
    return HttpTask.model_validate({"method": "post", "url": url, "body": "{}", "maxRetries": 2} | keys)


def quick(**options):
    """A sender whose delays are short."""
    return Sender(**{"allow_loopback": True, "retry_base": 0.001, "deadline": 10.0} | options)


def test_a_signed_task_is_delivered_with_the_bytes_and_headers_that_it_holds():
    body = ' {"order":  4}\r\n'
    with Peer() as peer:
        run = quick().send(
            task(
                peer.url + "?a=b",
                body=body,
                secretKey=SECRET,
                headers={
                    "Content-Type": "text/plain",
                    "Authorization": "Bearer x",
                    "user-agent": "me",
                },
            )
        )
    (received,) = peer.received
    assert ("delivered", None, 1) == (run.outcome, run.guid, len(run.attempts))
    assert "POST /hooks/orders?a=b HTTP/1.1" == received.line
    assert body.encode() == received.body
    assert [str(len(body))] == received.values("Content-Length")
    assert [] == received.values("Transfer-Encoding")
    assert [f"127.0.0.1:{peer.port}"] == received.values("Host")
    assert ["text/plain"] == received.values("Content-Type")
    assert ["Bearer x"] == received.values("Authorization")
    assert ["me"] == received.values("User-Agent")
    assert received.body == Verifier(secrets=SECRET).verify(received.body, received.headers).body
    assert (True, True, None) == (
        run.attempts[0].signed, run.attempts[0].loopback_allowed, run.attempts[0].tls_verified,
    )  # fmt: skip


@pytest.mark.parametrize("method", ["get", "delete"])
def test_get_and_delete_send_no_body_and_sign_the_empty_one(method):
    with Peer() as peer:
        quick().send(task(peer.url, method=method, secretKey=SECRET))
    (received,) = peer.received
    assert received.line.startswith(f"{method.upper()} /")
    assert b"" == received.body
    assert received.values("Content-Length") in ([], ["0"])
    Verifier(secrets=SECRET).verify(b"", received.headers)


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_an_empty_body_is_sent_empty_with_its_length(method):
    with Peer() as peer:
        quick().send(task(peer.url, method=method, body=""))
    assert ["0"] == peer.received[0].values("Content-Length")
    assert [] == peer.received[0].values("Content-Type")


@given(body=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_sent_is_what_was_signed(orders, body):
    run = quick().send(task(orders.url, body=body, secretKey=SECRET))
    received = orders.received.pop()
    assert "delivered" == run.outcome
    assert body.encode() == received.body
    Verifier(secrets=SECRET).verify(received.body, received.headers)


@pytest.fixture(scope="module")
def orders():
    with Peer() as peer:
        yield peer


def test_without_a_secret_nothing_is_signed():
    with Peer() as peer:
        run = quick().send(task(peer.url))
    assert [] == peer.received[0].values(SIGNATURE)
    assert not run.attempts[0].signed


def test_a_secret_that_is_given_signs_instead_of_the_tasks_own():
    with Peer() as peer:
        quick().send(task(peer.url, secretKey=SECRET), secret=Secret("another-one"))
    Verifier(secrets="another-one").verify(b"{}", peer.received[0].headers)


@pytest.mark.parametrize(("unit", "digits"), [("ms", 13), ("s", 10)])
def test_t_counts_in_the_unit_that_is_set(unit, digits):
    with Peer() as peer:
        quick(time_unit=unit, clock=FixedClock()).send(task(peer.url, secretKey=SECRET))
    (signature,) = peer.received[0].values(SIGNATURE)
    assert digits == len(signature.partition(",")[0]) - len("t=")


def test_a_clock_that_nobody_could_read_sends_nothing():
    with Peer() as peer:
        with pytest.raises(CannotRun, match="the clock is wrong"):
            quick(clock=FixedClock(0)).send(task(peer.url, secretKey=SECRET))
        assert 0 == peer.connections


@pytest.mark.parametrize(
    "code", [pytest.param(code, id=f"RTY-1/{code}") for code in (200, 201, 202, 204, 299)]
)
def test_a_status_from_200_to_299_ends_the_run(code):
    with Peer(status(code)) as peer:
        run = quick().send(task(peer.url))
        assert ("delivered", [code]) == (run.outcome, [one.status for one in run.attempts])
        assert 1 == peer.connections


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(drip(b"", b"HTTP/1.1 199 Odd\r\n\r\n"), id="RTY-2/199"),
        pytest.param(drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n", every=60), id="RTY-2/102"),
    ],
)
def test_an_interim_answer_alone_is_none(script):
    with Peer(script) as peer:
        run = quick(deadline=0.3).send(task(peer.url, maxRetries=1))
    assert "failed" == run.outcome
    assert [("timeout", None)] * 2 == [(one.cause, one.status) for one in run.attempts]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, id=f"RTY-{case}/{code}")
        for case, codes in {3: range(300, 309), 9: (500, 501, 502, 503, 504, 599)}.items()
        for code in codes
    ],
)
def test_any_other_status_is_retried_and_a_redirect_never_followed(code):
    with Peer() as elsewhere, Peer(status(code, f"Location: {elsewhere.url}"), raw(OK)) as peer:
        run = quick().send(task(peer.url))
        assert ("delivered", [code, 200]) == (run.outcome, [one.status for one in run.attempts])
        assert (2, 0) == (peer.connections, elsewhere.connections)
        assert ["POST", "POST"] == [received.line.split()[0] for received in peer.received]


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        pytest.param(reset, "connection_reset", id="RTY-10/reset"),
        pytest.param(hang_up, "connection_reset", id="RTY-10/closed"),
        pytest.param(raw(b"nonsense\r\n"), "protocol_error", id="RTY-10/not HTTP"),
        pytest.param(flood(b"HTTP/1.1 200 ", b"x"), "answer_too_large", id="RTY-10/head too large"),
    ],
)
def test_a_failure_of_the_network_is_retried(script, cause):
    with Peer(script, raw(OK)) as peer:
        run = quick().send(task(peer.url))
    assert ("delivered", [cause, None]) == (run.outcome, [one.cause for one in run.attempts])


@pytest.mark.parametrize("cause", [pytest.param("connection_refused", id="RTY-10/refused")])
def test_a_refused_connection_is_retried(cause):
    with unused_port() as port:
        run = quick().send(task(f"http://127.0.0.1:{port}/"))
    assert ("failed", [cause] * 3) == (run.outcome, [one.cause for one in run.attempts])


@pytest.mark.parametrize("cause", [pytest.param("dns_failed", id="RTY-10/name")])
def test_a_name_that_is_not_resolved_is_retried(cause):
    run = quick(deadline=30).send(task("http://nothing.invalid/", maxRetries=1))
    assert ("failed", [cause] * 2) == (run.outcome, [one.cause for one in run.attempts])


@pytest.mark.parametrize("script", [pytest.param(status(400), id="RTY-10/TLS stays on")])
def test_a_failure_of_tls_is_retried_and_never_with_verification_off(script):
    with Peer(at_once=script) as peer:
        run = quick().send(task(peer.url.replace("http:", "https:")))
    assert [("tls_failed", True)] * 3 == [(one.cause, one.tls_verified) for one in run.attempts]


@pytest.mark.parametrize("script", [pytest.param(silence, id="RTY-11")])
def test_a_timeout_counts_as_one_attempt(script):
    with Peer(script, raw(OK)) as peer:
        run = quick(deadline=1.0).send(task(peer.url, maxRetries=1))
        assert 2 == peer.connections
    assert ("delivered", ["timeout", None]) == (run.outcome, [one.cause for one in run.attempts])


@pytest.mark.parametrize(
    ("keys", "attempts"),
    [
        pytest.param({"maxRetries": 3}, 4, id="RTY-12"),
        pytest.param({"maxRetries": None}, 4, id="RTY-12/by default"),
        pytest.param({"maxRetries": None, "retryOnFailure": True}, 4, id="RTY-12/older record"),
        pytest.param({"maxRetries": 0}, 1, id="RTY-13"),
        pytest.param({"maxRetries": None, "retryOnFailure": False}, 1, id="RTY-13/older record"),
    ],
)
def test_there_is_one_attempt_more_than_retries(keys, attempts):
    with Peer(status(500)) as peer:
        run = quick().send(task(peer.url, **keys))
        assert ("failed", attempts) == (run.outcome, peer.connections)
    assert list(range(1, attempts + 1)) == [one.number for one in run.attempts]
    assert run.attempts[-1].retry_in_s is None
    assert all(one.retry_in_s is not None for one in run.attempts[:-1])


@pytest.mark.parametrize("retries", [pytest.param(3, id="RTY-14")])
def test_the_guid_is_the_same_on_every_retry_and_each_attempt_is_signed_anew(retries):
    clock = FixedClock()
    sender = quick(clock=clock, on_start=lambda start: clock.advance(1))
    with Peer(status(500)) as peer:
        first = sender.send(task(peer.url, secretKey=SECRET, maxRetries=retries))
        guids = [received.values(GUID) for received in peer.received]
        assert first.guid is not None
        assert [[]] + [[first.guid]] * retries == guids
        assert (str(UUID(first.guid)), 4) == (first.guid, UUID(first.guid).version)
        assert retries + 1 == len({received.values(SIGNATURE)[0] for received in peer.received})
        assert [None] + [first.guid] * retries == [one.guid for one in first.attempts]
        assert first.guid != sender.send(task(peer.url)).guid
        heads = {
            (one.line, one.body, tuple(h for h in one.headers if h[0] not in (GUID, SIGNATURE)))
            for one in peer.received[: retries + 1]
        }
        assert 1 == len(heads)
        for received in peer.received[: retries + 1]:
            Verifier(secrets=SECRET, clock=clock).verify(received.body, received.headers)


@pytest.mark.parametrize("seed", [pytest.param(15, id="RTY-15/the sender's own")])
def test_the_delays_are_those_of_the_schedule(seed):
    with Peer(status(500)) as peer:
        runs = [
            quick(retry_base=0.02, retry_cap=0.05, rng=Random(seed)).send(task(peer.url, maxRetries=4))
            for _ in range(2)
        ]
    first, second = ([one.retry_in_s for one in run.attempts] for run in runs)
    assert first == second == [0.02, 0.04, 0.05, 0.05, None]
    starts = [one.started_ns for one in runs[0].attempts]
    waits = [(later - earlier) / 1e9 for earlier, later in pairwise(starts)]
    assert all(wait > due * 0.9 for wait, due in zip(waits, first[:-1], strict=True))


def test_the_test_button_makes_one_attempt_without_a_guid():
    """P-RETRY-8."""
    with Peer(status(500)) as peer:
        made = quick().test(task(peer.url, secretKey=SECRET))
        assert (500, 1, None) == (made.status, peer.connections, made.retry_in_s)
        assert [] == peer.received[0].values(GUID)
        assert [] != peer.received[0].values(SIGNATURE)


def test_attempts_are_told_as_they_happen():
    told: list[object] = []
    with Peer(status(500), raw(OK)) as peer:
        run = quick(on_start=told.append, on_attempt=told.append).send(task(peer.url))
    assert (4, list(run.attempts)) == (len(told), told[1::2])


def test_stopping_ends_a_wait_and_the_outcome_is_unknown():
    over = threading.Event()
    sender = quick(retry_base=60, on_attempt=lambda _: over.set())
    stopper = threading.Thread(target=lambda: over.wait(GUARD) and sender.stop())
    with Peer(status(503)) as peer:
        stopper.start()
        run = sender.send(task(peer.url))
        stopper.join()
        assert ("unknown", 1) == (run.outcome, peer.connections)


def test_stopping_ends_an_attempt_and_the_outcome_is_unknown():
    sender = quick(deadline=60)
    with Peer(silence) as peer:
        timer = threading.Timer(0.2, sender.stop)
        timer.start()
        run = sender.send(task(peer.url))
        timer.join()
    assert ("unknown", ["interrupted"]) == (run.outcome, [one.cause for one in run.attempts])
    assert run.attempts[0].duration_s < GUARD


def test_a_sender_serves_many_threads():
    sender = quick()
    with Peer(*[status(500), raw(OK)] * 10) as peer, ThreadPoolExecutor(10) as threads:
        one = task(peer.url, maxRetries=20)
        outcomes = {run.outcome for run in threads.map(sender.send, [one] * 10)}
    assert {"delivered"} == outcomes


@pytest.mark.parametrize("name", ["deadline", "retry_base", "retry_cap"])
@pytest.mark.parametrize("span", [0, -1, float("nan"), float("inf")])
def test_a_span_of_time_that_is_none_is_refused(name, span):
    with pytest.raises(ValueError, match=name):
        Sender(**{name: span})


@pytest.mark.parametrize("name", ["time_unit", "profile", "guid"])
def test_a_word_that_is_none_of_those_there_are_is_refused(name):
    options: dict[str, Any] = {name: "alway"}
    with pytest.raises(ValueError, match=f"^{name} is '.*' or '.*', not 'alway'$"):
        Sender(**options)


def test_stopping_just_before_an_attempt_sends_nothing():
    with Peer(silence) as peer:
        before: list[Sender] = []
        sender = quick(deadline=60, on_start=lambda _: before[0].stop())
        before.append(sender)
        run = sender.send(task(peer.url))
        assert ("unknown", ["interrupted"], 0) == (
            run.outcome,
            [attempt.cause for attempt in run.attempts],
            peer.connections,
        )


@pytest.mark.parametrize("hours", [pytest.param(-1, id="TIME-20"), pytest.param(1, id="TIME-20/ahead")])
def test_a_clock_that_is_set_between_two_attempts_changes_no_wait(hours):
    clock = FixedClock()
    sender = quick(clock=clock, on_attempt=lambda _: clock.advance(3600 * hours))
    with Peer(status(503), raw(OK)) as peer:
        run = sender.send(task(peer.url))
    first, second = run.attempts
    assert "delivered" == run.outcome
    assert 3600 * hours == (second.started_at - first.started_at).total_seconds()
    assert all(0 <= attempt.duration_s < GUARD for attempt in run.attempts)
