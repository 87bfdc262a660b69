"""What a sender signs and how it writes it, and what a receiver makes of it."""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import re
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from pydantic import ValidationError
from tests.contract.sending import SIGNATURE, element, quick, task
from tests.contract.shop import BODY, PATH, Held, Open, Shop, is_duplicate, known
from tests.receiver.wire import head
from tests.sender.peer import Peer, silence, status

from hookproof import BadConfiguration, CannotRun, Secret, Signer, Tolerance, Verifier
from hookproof.testing import FORGERIES, SECRET, FixedClock, forge, signed_headers
from hookproof_receiver import Receiver
from hookproof_runtime.settings import EndpointSettings

OLD = "the-secret-before-the-rotation-for-tests"
NEW = "the-secret-after-the-rotation-for-tests"
LABELS = {OLD: "old", NEW: "new"}
HOUR = 3600


@pytest.mark.rule("P-SIG-1")
def test_a_task_with_a_secret_signs_every_request_and_one_without_none() -> None:
    with Peer(status(500)) as peer:
        quick().send(task(peer.url, maxRetries=1))
        quick().test(task(peer.url))
        quick().send(task(peer.url, maxRetries=1, secretKey=""))

        assert [1, 1, 1, 0, 0] == [len(one.values(SIGNATURE)) for one in peer.received]


@pytest.mark.rule("P-HDR-1", "P-SIG-2", "P-SIG-3", "P-SIG-8", "P-TIME-1")
@pytest.mark.parametrize("secret", ["k", "秘密-ü", "not-a-real-secret-" * 8])
def test_the_header_is_made_of_the_time_and_the_body_as_they_are_sent(secret: str) -> None:
    with Peer() as peer:
        clock = FixedClock(1_767_225_600.25)
        quick(clock=clock).send(task(peer.url, body=' {"ü":  1}\r\n', secretKey=secret))
    (received,) = peer.received
    made = hmac.new(secret.encode(), b"1767225600250." + received.body, hashlib.sha256)

    assert [f"t=1767225600250,sha256={made.hexdigest()}"] == received.values("X-Webhook-Signature")
    assert ' {"ü":  1}\r\n'.encode() == received.body


@pytest.mark.rule("P-SIG-8")
def test_the_newest_secret_alone_signs() -> None:
    clock = FixedClock()

    assert Signer(secrets=NEW, clock=clock).sign(BODY) == Signer(secrets=[NEW, OLD], clock=clock).sign(
        BODY
    )


@pytest.mark.rule("P-SIG-7")
def test_a_rotation_loses_no_message(open_shop: Open) -> None:
    """Both ends: the receiver holds the old secret, then both, then the new one alone."""
    for ring in ([OLD], [NEW, OLD], [NEW]):
        shop = open_shop(secrets=[Secret(text, LABELS[text]) for text in ring])
        for text in ring:
            run = quick(clock=shop.clock).send(
                task(shop.url, secretKey=text, body=str(ring.index(text)))
            )
            assert "delivered" == run.outcome
    labels = shop.query("SELECT secret_label FROM hookproof_deliveries")

    assert [("new",), ("new",), ("old",), ("old",)] == sorted(labels)
    assert 401 == quick(clock=shop.clock).test(task(shop.url, secretKey=OLD)).status


@pytest.mark.rule("P-SIG-4")
@pytest.mark.parametrize(
    "other",
    [
        {"method": "PUT"},
        {"target": "/hooks/orders?a=b"},
        {"more": {"Content-Type": "text/plain", "X-Http-Task-Guid": "anything"}},
    ],
    ids=["method", "query string", "headers"],
)
def test_what_is_not_signed_proves_nothing_and_changes_nothing(shop: Shop, other: Any) -> None:
    headers = signed_headers(BODY, clock=shop.clock)
    first = shop.post(more=headers)
    second = shop.post(**{**other, "more": {**headers, **other.get("more", {})}})

    assert (known(first), True) == (known(second), is_duplicate(second))


@pytest.mark.rule("P-SIG-9")
@pytest.mark.parametrize(
    "secret", ["", "a\0b", "a\nb", "a\rb", " a", "a ", "\ta", '"a"', "'a", "a'"], ids=repr
)
def test_a_secret_that_cannot_be_meant_is_refused_at_both_ends(secret: str) -> None:
    with pytest.raises(BadConfiguration):
        Receiver().on("/hooks/orders", secrets=secret)
    with pytest.raises(BadConfiguration):
        Signer(secrets=secret)
    if secret:  # an empty one means: do not sign
        with pytest.raises(ValidationError):
            task("http://127.0.0.1/", secretKey=secret)


@pytest.mark.rule("P-SIG-10", "P-ANS-7", "P-ANS-10", "P-ANS-11")
@pytest.mark.parametrize("kind", FORGERIES)
def test_what_is_not_proved_is_401_and_told_its_code_alone(
    shop: Shop, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    forged = forge(kind, body=b'{"canary": "in the body"}', clock=shop.clock)
    fields = [("Host", "a"), ("Content-Length", str(len(forged.body))), *forged.headers.items()]
    response = shop.send(head(fields, target=PATH) + forged.body)

    assert (401, forged.code) == (response.status, response.code)
    assert 'Signature realm="http-task"' == response.headers["www-authenticate"]
    assert response.headers["hookproof-delivery"].startswith("dlv_")
    assert "hookproof-message" not in response.headers
    told = f"{response.headers} {response.body!r} {caplog.text}"
    secrets = ["canary", SECRET, *re.findall("[0-9a-fA-F]{64}", forged.headers.get(SIGNATURE, ""))]
    assert [] == [text for text in secrets if text in told]


@pytest.mark.rule("P-TIME-2")
def test_a_sender_that_counts_in_seconds_is_read_too(shop: Shop) -> None:
    """Both ends."""
    sender = quick(clock=shop.clock, time_unit="s")
    assert "delivered" == sender.send(task(shop.url)).outcome
    with Peer() as peer:
        sender.send(task(peer.url))

    assert "1767225600" == element(peer.received[0], "t")
    assert [BODY] == shop.effects()


@pytest.mark.rule("P-TIME-4")
@pytest.mark.parametrize(
    ("age", "code"),
    [(300, None), (300.001, "too_old"), (-300, None), (-300.001, "too_new")],
)
def test_a_time_may_lie_300_seconds_from_now(shop: Shop, age: float, code: str | None) -> None:
    assert code == shop.post(age=age).code


@pytest.mark.rule("P-TIME-5")
@pytest.mark.parametrize("tolerance", [0, -1, math.nan, math.inf, None, Tolerance.unlimited()], ids=str)
def test_an_endpoint_has_a_tolerance(tolerance: Any) -> None:
    with pytest.raises(BadConfiguration):
        Receiver().on("/hooks/orders", secrets=SECRET, tolerance=tolerance)
    with pytest.raises(ValidationError):
        EndpointSettings(path="/hooks/orders", tolerance=tolerance)


@pytest.mark.rule("P-TIME-6")
@pytest.mark.parametrize("age", [HOUR, -HOUR])
def test_a_bad_signature_is_none_however_old(shop: Shop, age: float) -> None:
    assert ("no_match", "too_old" if age > 0 else "too_new") == (
        shop.post(age=age, secret=OLD).code,
        shop.post(age=age).code,
    )


def jumping() -> Iterator[int]:
    """A wall clock that shows another hour whenever it is asked."""
    for hour in count():
        yield FixedClock()() + (-1) ** hour * hour * HOUR * 10**9


@pytest.mark.rule("P-TIME-7")
def test_one_verification_reads_the_clock_once() -> None:
    readings = jumping()
    headers = signed_headers(BODY, clock=FixedClock())
    delivery = Verifier(secrets=SECRET, clock=lambda: next(readings)).verify(BODY, headers)

    assert 0.0 == delivery.age
    assert FixedClock()() - HOUR * 10**9 == next(readings)


@pytest.mark.rule("P-TIME-7")
def test_a_wall_clock_that_jumps_changes_no_deadline_and_no_delay_of_a_sender() -> None:
    readings = jumping()
    began = time.monotonic()
    with Peer(silence) as peer:
        run = quick(clock=lambda: next(readings), deadline=0.2).send(task(peer.url, maxRetries=1))

    assert ["timeout", "timeout"] == [attempt.cause for attempt in run.attempts]
    assert 0.4 <= time.monotonic() - began < 5
    assert all(0.2 <= attempt.duration_s < 5 for attempt in run.attempts)


@pytest.mark.rule("P-TIME-7")
@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_wall_clock_that_jumps_changes_no_deadline_of_a_receiver(
    open_shop: Open, jump: float
) -> None:
    held = Held()
    shop = open_shop(held, receiver={"answer_within": 0.3})
    held.at_start = lambda: shop.clock.advance(jump)
    began = time.monotonic()
    response = shop.post()
    took = time.monotonic() - began
    held.go.set()

    assert (200, "kept") == (response.status, response.headers["hookproof-state"])
    assert 0.3 <= took < 5


@pytest.mark.rule("P-TIME-8")
@pytest.mark.parametrize(
    ("unit", "seconds"),
    [
        ("ms", 0),
        ("ms", 99_999_999.999),
        ("ms", 253_402_300_800),
        ("s", 100_000_000_000),
    ],
)
def test_nothing_is_sent_while_the_clock_shows_a_time_that_cannot_be_read(
    unit: str, seconds: float
) -> None:
    with Peer() as peer:
        sender = quick(clock=FixedClock(seconds), time_unit=unit)
        with pytest.raises(CannotRun, match="clock"):
            sender.send(task(peer.url))

        assert 0 == peer.connections
