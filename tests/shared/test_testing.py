"""What hookproof gives the tests of a receiving application."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hookproof import Clock, VerificationError, Verifier
from hookproof.clock import system_clock
from hookproof.headers import GUID_HEADER
from hookproof.schemes import names
from hookproof.testing import FORGERIES, SECRET, FixedClock, forge, forgeries, signed_headers

BODY = b'{"order": 5}'


def test_signed_headers_verify_with_the_secret_of_tests() -> None:
    delivery = Verifier(secrets=SECRET).verify(BODY, signed_headers(BODY, guid="run-17"))

    assert delivery.guid == "run-17"
    assert GUID_HEADER not in signed_headers(BODY)


@pytest.mark.parametrize("scheme", names())
def test_signed_headers_verify_in_every_scheme(scheme: str) -> None:
    headers = signed_headers(BODY, scheme=scheme)

    assert scheme == Verifier(scheme, secrets=SECRET).verify(BODY, headers).scheme


def test_signed_headers_sign_the_id_that_is_asked_for() -> None:
    headers = signed_headers(BODY, scheme="standard-webhooks", message_id="msg_7")
    delivery = Verifier("standard-webhooks", secrets=SECRET).verify(BODY, headers)

    assert delivery.message_id == "msg_7"


@pytest.mark.parametrize(
    "clock", [pytest.param(FixedClock(), id="fixed"), pytest.param(system_clock, id="real")]
)
@pytest.mark.parametrize(
    ("scheme", "kind"),
    [(scheme, kind) for scheme in names() for kind in forgeries(scheme)],
)
def test_every_forgery_is_refused_with_its_code(scheme: str, kind: str, clock: Clock) -> None:
    secret = "not+a+real+secret+not+a+real+one"
    forged = forge(kind, body=BODY, secrets=secret, scheme=scheme, clock=clock)

    with pytest.raises(VerificationError) as refused:
        Verifier(scheme, secrets=secret, clock=clock).verify(forged.body, forged.headers)
    assert forged.code == refused.value.code


def test_a_scheme_has_the_forgeries_that_mean_something_in_it() -> None:
    everywhere = {"unsigned", "changed-body", "changed-signature", "wrong-secret"}
    timed = {"changed-time", "bad-time", "old", "early"}

    assert forgeries() == FORGERIES == forgeries("stripe")
    assert everywhere | timed == set(forgeries("standard-webhooks"))
    assert everywhere | timed | {"upper-case"} == set(forgeries("slack"))
    assert everywhere | {"upper-case"} == set(forgeries("github")) == set(forgeries("github-sha1"))
    with pytest.raises(ValueError, match="there is no forgery 'old' of github; there are: unsigned"):
        forge("old", scheme="github")


@pytest.mark.parametrize("hexadecimal", [pytest.param(n, id=f"body {n}") for n in range(16)])
def test_a_forgery_is_one_whatever_the_honest_signature_is(hexadecimal: int) -> None:
    """Sixteen bodies, so that every last digit of a signature is likely to come up."""
    for kind in ("changed-signature", "upper-case"):
        forged = forge(kind, body=b"%d" % hexadecimal, clock=FixedClock())

        with pytest.raises(VerificationError) as refused:
            Verifier(secrets=SECRET, clock=FixedClock()).verify(forged.body, forged.headers)
        assert forged.code == refused.value.code


def test_an_unknown_forgery_lists_those_there_are() -> None:
    with pytest.raises(
        ValueError, match="there is no forgery 'x' of http-task; there are: unsigned, changed-body"
    ):
        forge("x")


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(100)

    assert 100_000_000_000 == clock() == clock()
    clock.advance(0.25)
    assert clock() == 100_250_000_000
    clock.advance(-100.25)
    assert clock() == 0


def test_a_fixed_clock_takes_seconds_to_the_microsecond() -> None:
    assert FixedClock(1_767_225_600.25)() == 1_767_225_600_250_000_000
    assert FixedClock(1_767_225_600.123456)() == 1_767_225_600_123_456_000


def test_a_fixed_clock_takes_an_aware_datetime_to_the_microsecond() -> None:
    at = datetime(2026, 1, 1, 1, 0, 0, 123_457, tzinfo=timezone(timedelta(hours=1)))

    assert FixedClock(at)() == 1_767_225_600_123_457_000
    assert FixedClock()() == FixedClock(datetime(2026, 1, 1, tzinfo=UTC))()
    assert repr(FixedClock(at)) == "FixedClock(2026-01-01T00:00:00.123Z)"


def test_a_fixed_clock_takes_no_datetime_without_a_zone() -> None:
    with pytest.raises(ValueError, match="needs an aware datetime"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001  # what is tested
