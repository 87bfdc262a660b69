"""Times and clocks. Each time is signed as it stands, so that it alone is what is judged."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET, T, header
from tests.shared.verdicts import verdict

from hookproof import BadConfiguration, CannotRun, HttpTask, Signer, StaleDelivery, Tolerance, Verifier
from hookproof.testing import FixedClock

S = str(NOW // 1000)
HOUR = 3_600_000
LEAP_SECOND = 1_483_228_800_000
"""2016-12-31T23:59:60Z, and a second later 2017-01-01T00:00:00Z: Unix time says both alike."""


@pytest.mark.parametrize(
    ("code", "t"),
    [
        pytest.param("too_old", str(NOW - 300_001), id="TIME-1"),
        pytest.param(None, str(NOW - 300_000), id="TIME-2/old"),
        pytest.param(None, str(NOW + 300_000), id="TIME-2/new"),
        pytest.param("too_new", str(NOW + 300_001), id="TIME-3"),
        pytest.param("too_new", "4102444800000", id="TIME-4/milliseconds"),
        pytest.param("too_new", "4102444800", id="TIME-4/seconds"),
        pytest.param("too_old", "0", id="TIME-5"),
        pytest.param("bad_timestamp", f"-{T}", id="TIME-6/negative"),
        pytest.param("bad_timestamp", "-0", id="TIME-6/minus zero"),
        pytest.param("bad_timestamp", f"+{T}", id="TIME-7"),
        pytest.param("bad_timestamp", f"0{T}", id="TIME-8/one"),
        pytest.param("bad_timestamp", f"000{S}", id="TIME-8/13 digits with them"),
        pytest.param("bad_timestamp", "1_767_225_600_000", id="TIME-9"),
        pytest.param("bad_timestamp", "1.7672256e12", id="TIME-10/with a point"),
        pytest.param("bad_timestamp", "17672256e5", id="TIME-10/without"),
        pytest.param("bad_timestamp", f"{S}.9", id="TIME-11/seconds"),
        pytest.param("bad_timestamp", f"{T}.0", id="TIME-11/milliseconds"),
        pytest.param("malformed_header", f" {T}", id="TIME-12/in front"),
        pytest.param("malformed_header", f"{T} ", id="TIME-12/behind"),
        pytest.param("malformed_header", f"{T[:3]} {T[3:]}", id="TIME-12/inside"),
        pytest.param("bad_timestamp", hex(NOW), id="TIME-13/0x"),
        pytest.param("bad_timestamp", f"{NOW:x}", id="TIME-13/bare"),
        pytest.param("bad_timestamp", "1" * 20, id="TIME-14"),
        pytest.param("malformed_header", "1" * 5000, id="TIME-15"),
        pytest.param("bad_timestamp", "1" * 4000, id="TIME-15/as many as a header may have"),
        pytest.param(None, S, id="TIME-16/seconds"),
        pytest.param(None, T, id="TIME-16/milliseconds"),
        pytest.param("bad_timestamp", f"{T}000", id="TIME-17"),
        pytest.param("bad_timestamp", "nan", id="TIME-18/nan"),
        pytest.param("bad_timestamp", "inf", id="TIME-18/inf"),
        pytest.param("bad_timestamp", "-Infinity", id="TIME-18/-Infinity"),
    ],
)
def test_a_time_gets_its_verdict(code: str | None, t: str) -> None:
    assert code == verdict(BODY, header(t))


@pytest.mark.parametrize(
    "t", [pytest.param("1", id="TIME-5/1"), pytest.param(str(NOW + 300_001), id="TIME-3/forged")]
)
def test_a_time_is_not_judged_before_the_signature(t: str) -> None:
    assert verdict(BODY, header(t, key="another-secret")) == "no_match"


@pytest.mark.parametrize(
    "jump_ms", [pytest.param(HOUR, id="TIME-19/+1 h"), pytest.param(-HOUR, id="TIME-19/-1 h")]
)
def test_a_clock_that_jumps_while_it_verifies_is_asked_once(jump_ms: int) -> None:
    readings = iter([NOW, NOW + jump_ms])
    verifier = Verifier(secrets=SECRET, clock=lambda: next(readings) * 1_000_000)

    assert verifier.verify(BODY, {HEADER: header()}).age == 1.0
    assert NOW + jump_ms == next(readings)


@pytest.mark.parametrize(
    ("signed", "verified", "age"),
    [
        pytest.param(LEAP_SECOND - 500, LEAP_SECOND + 500, 1.0, id="TIME-21/across"),
        pytest.param(LEAP_SECOND + 900, LEAP_SECOND + 100, -0.8, id="TIME-21/the second again"),
    ],
)
def test_a_leap_second_is_within_any_tolerance(signed: int, verified: int, age: float) -> None:
    verifier = Verifier(secrets=SECRET, tolerance=1, clock=FixedClock(verified / 1000))

    assert verifier.verify(BODY, {HEADER: header(str(signed))}).age == pytest.approx(age)


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param("CET-1CEST,M3.5.0,M10.5.0/3", id="TIME-22/Europe"),
        pytest.param("EST5EDT,M3.2.0,M11.1.0", id="TIME-22/America"),
    ],
)
def test_a_change_to_summer_time_changes_nothing(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = int(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC).timestamp())
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        signed = Signer(secrets=SECRET, clock=FixedClock(before)).sign(BODY)
        delivery = Verifier(secrets=SECRET, tolerance=2, clock=FixedClock(before + 2)).verify(
            BODY, signed
        )
    finally:
        monkeypatch.undo()
        time.tzset()

    assert {HEADER: header(f"{before}000")} == signed
    assert delivery.age == 2.0
    assert datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC) == delivery.signed_at


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(0, id="TIME-23/1970"),
        pytest.param(99_999_999, id="TIME-23/read as seconds"),
        pytest.param(-1, id="TIME-23/before 1970"),
        pytest.param(253_402_300_800, id="TIME-23/the year 10000"),
    ],
)
def test_nothing_is_signed_by_a_clock_that_is_wrong(at: int) -> None:
    with pytest.raises(CannotRun, match="the clock is wrong"):
        Signer(secrets=SECRET, clock=FixedClock(at)).sign(BODY)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(99_999_999, id="TIME-23/in seconds, before 1973"),
        pytest.param(100_000_000_000, id="TIME-23/in seconds, read as milliseconds"),
    ],
)
def test_nothing_is_signed_in_seconds_that_would_be_misread(at: int) -> None:
    with pytest.raises(CannotRun, match="the clock is wrong"):
        Signer(HttpTask("s"), secrets=SECRET, clock=FixedClock(at)).sign(BODY)


@pytest.mark.parametrize("at", [pytest.param(0, id="TIME-23/verifying")])
def test_a_refusal_names_the_clock_that_judged(at: int) -> None:
    with pytest.raises(StaleDelivery, match=r"clock here shows 1970-01-01T00:00:00\.000Z$") as refused:
        Verifier(secrets=SECRET, clock=FixedClock(at)).verify(BODY, {HEADER: header()})

    assert refused.value.code == "too_new"


@pytest.mark.parametrize(
    "tolerance",
    [
        pytest.param(0, id="TIME-24/0"),
        pytest.param(-1, id="TIME-24/-1"),
        pytest.param(-0.0, id="TIME-24/-0.0"),
        pytest.param(1e-10, id="TIME-24/less than a nanosecond"),
        pytest.param(math.nan, id="TIME-24/nan"),
        pytest.param(math.inf, id="TIME-24/inf"),
        pytest.param(None, id="TIME-24/None"),
        pytest.param(True, id="TIME-24/True"),
        pytest.param("300", id="TIME-24/text"),
    ],
)
def test_a_tolerance_that_switches_the_check_off_is_refused_at_the_start(tolerance: Any) -> None:
    for start in (lambda: Tolerance(tolerance), lambda: Verifier(secrets=SECRET, tolerance=tolerance)):
        with pytest.raises(BadConfiguration, match="a tolerance is a number of seconds above 0"):
            start()
