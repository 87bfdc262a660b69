"""What a handler that forwards makes of the application's answer."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from hookproof import Secret, Verifier
from hookproof.clock import NANOSECONDS, Clock, system_clock
from hookproof.schemes import by_name, names
from hookproof.testing import SECRET, signed_headers
from hookproof_receiver import Receiver
from hookproof_receiver.forwarding import Event, Forwarded, Forwarder, target_of
from hookproof_receiver.testing import faults, running_receiver

from ..wire import exchange, good, head
from .app import App, serving

BODY = b'{"order": "\xc3\xa9"}'


@contextmanager
def forwarding(
    url: str,
    timeout_s: float = 5.0,
    *,
    clock: Clock = system_clock,
    secrets: str | tuple[Secret, ...] = SECRET,
    **options: Any,
) -> Iterator[tuple[int, list[Event]]]:
    """A receiver whose synchronous endpoint forwards: its port, and what is told."""
    told: list[Event] = []
    forwarder = Forwarder(
        target_of(url),
        timeout_s=timeout_s,
        route_at=lambda path: receiver.routes.at(path),
        delivery_of=lambda _message_id: None,
        tell=told.append,
        clock=clock,
    )
    with TemporaryDirectory() as folder:
        receiver = Receiver(f"sqlite:///{folder}/inbox.db")
        receiver.on("/hooks/test", secrets=secrets, **options)(forwarder.forward)
        with running_receiver(receiver) as running:
            yield running.port, told


@pytest.mark.rule("P-FWD-7")
@pytest.mark.parametrize(
    ("fault", "status", "cause"),
    [
        pytest.param("garbage", 502, "protocol_error", id="no HTTP"),
        pytest.param("reset", 502, "connection_reset", id="reset"),
        pytest.param("silent", 504, "timeout", id="silent"),
    ],
)
def test_no_whole_answer_is_a_bad_gateway(fault: str, status: int, cause: str) -> None:
    with faults() as desk, forwarding(desk.url(fault), 0.2) as (port, told):
        answer = good(port)
    (event,) = told

    assert (status, "handler_failed") == (answer.status, answer.code)
    assert isinstance(event, Forwarded)
    assert (None, cause, False) == (event.status, event.cause, event.taken)
    assert answer.headers["hookproof-message"] == event.message_id


@pytest.mark.parametrize(
    ("coding", "body", "passed"),
    [
        pytest.param("gzip", gzip.compress(b"packed"), b"packed", id="gzip"),
        pytest.param("Deflate", zlib.compress(b"packed"), b"packed", id="deflate"),
        pytest.param("identity", b"plain", b"plain", id="identity"),
        pytest.param("br", b"unknown", b"", id="another"),
        pytest.param("gzip", b"none", b"", id="no gzip"),
        pytest.param("gzip", gzip.compress(b"packed")[:-9], b"", id="half"),
        pytest.param("gzip", gzip.compress(bytes(2_000_000)), b"", id="bomb"),
    ],
)
def test_a_packed_answer_is_passed_on_unpacked_or_without_its_body(
    coding: str, body: bytes, passed: bytes
) -> None:
    app = App()
    app.answers, app.headers = [(200, body)], [("Content-Encoding", coding)]
    with serving(app) as at, forwarding(str(at)) as (port, _):
        answer = good(port)

    assert (200, passed) == (answer.status, answer.body)


def later(seconds: float) -> Clock:
    return lambda: system_clock() + round(seconds * NANOSECONDS)


@pytest.mark.rule("P-FWD-6")
@pytest.mark.parametrize("scheme", names())
def test_what_waited_for_too_long_is_signed_anew(scheme: str) -> None:
    """Under the secret that it came with, with its id, in the same fields; a body alone needs none."""
    ring = (Secret(by_name(scheme).new_secret(), label="new"), Secret(SECRET, label="old"))
    came = {"X-First": "1", **signed_headers(BODY, scheme=scheme), "X-Last": "2"}
    app = App()
    with (
        serving(app) as at,
        forwarding(str(at), clock=later(400), secrets=ring, scheme=scheme) as (port, told),
    ):
        fields: list[tuple[str, str | int]] = [
            ("Host", "a"),
            ("Content-Length", len(BODY)),
            *came.items(),
        ]
        assert 200 == exchange(port, head(fields) + BODY, expect=1).only.status
    (got,), (event,) = app.got, told
    assert isinstance(event, Forwarded)
    names_of = [name for name, _ in got.fields]

    assert list(came) == names_of[1 : 1 + len(came)]
    if by_name(scheme).unit is None:
        assert list(came.items()) == got.fields[1 : 1 + len(came)]
        assert event.signed_anew_after_s is None
        return
    verifier = Verifier(scheme, secrets=SECRET, clock=later(400))
    delivery = verifier.verify(got.body, got.fields)
    before = Verifier(scheme, secrets=SECRET).verify(BODY, came)
    assert delivery.age is not None
    assert delivery.age < 10
    assert before.message_id == delivery.message_id
    assert 399 < (event.signed_anew_after_s or 0) < 410


@pytest.mark.rule("P-FWD-6")
@pytest.mark.parametrize(
    ("tolerance", "seconds", "anew"),
    [(300, 280, False), (300, 291, True), (20, 15, False), (20, 19, True), (300, -200, False)],
)
def test_a_signature_goes_along_as_it_came_until_the_tolerance_is_nearly_over(
    tolerance: float, seconds: float, anew: bool
) -> None:
    app = App()
    with (
        serving(app) as at,
        forwarding(str(at), clock=later(seconds), tolerance=tolerance) as (port, told),
    ):
        assert 200 == good(port).status
    (event,) = told

    assert isinstance(event, Forwarded)
    assert anew == (event.signed_anew_after_s is not None)
    assert app.got[0].is_good
