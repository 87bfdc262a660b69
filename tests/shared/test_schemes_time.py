"""Times and clocks, in every scheme that signs one, but the platform's own, whose cases stand apart."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.shared.vectors.form import OTHERS, Form
from tests.shared.vectors.vector import BODY, NOW
from tests.shared.verdicts import verdict_in

from hookproof import BadConfiguration, CannotRun, Signer, StaleDelivery, Verifier
from hookproof.testing import FixedClock

TIMED = tuple(form for form in OTHERS if form.per_second is not None)
S = NOW // 1000
BAD = "bad_timestamp"
SPACES = "spaces, which Stripe's elements may not hold"

ROWS: tuple[tuple[str, str | None, str], ...] = (
    ("TIME-1", "too_old", str(S - 301)),
    ("TIME-2 old", None, str(S - 300)),
    ("TIME-2 new", None, str(S + 300)),
    ("TIME-3", "too_new", str(S + 301)),
    ("TIME-4", "too_new", "4102444800"),
    ("TIME-5", "too_old", "0"),
    ("TIME-6 negative", BAD, f"-{S}"),
    ("TIME-6 minus zero", BAD, "-0"),
    ("TIME-7", BAD, f"+{S}"),
    ("TIME-8 one", BAD, f"0{S}"),
    ("TIME-8 only zeros", BAD, "00"),
    ("TIME-9", BAD, "1_767_225_600"),
    ("TIME-9 10 characters", BAD, "1_76722560"),
    ("TIME-10 with a point", BAD, "1.7672256e9"),
    ("TIME-10 without", BAD, "17672256e2"),
    ("TIME-11", BAD, f"{S}.9"),
    ("TIME-11 10 characters", BAD, "17672256.9"),
    ("TIME-12 in front", SPACES, f" {S}"),
    ("TIME-12 behind", SPACES, f"{S} "),
    ("TIME-12 inside", SPACES, "17672 2560"),
    ("TIME-13 0x", BAD, hex(S)),
    ("TIME-13 bare", BAD, f"{S:x}"),
    ("TIME-14", BAD, "1" * 20),
    ("TIME-15", BAD, "1" * 4000),
    ("TIME-16", BAD, str(NOW)),
    ("TIME-17", BAD, f"{NOW}000"),
    ("TIME-18 nan", BAD, "nan"),
    ("TIME-18 inf", BAD, "inf"),
    ("TIME-18 -Infinity", BAD, "-Infinity"),
)


@pytest.mark.parametrize(
    ("form", "code", "t"),
    [
        pytest.param(form, code, t, id=f"{number}/{form.name} {name}".strip())
        for form in TIMED
        for number, name, code, t in ((*row.partition(" ")[::2], due, text) for row, due, text in ROWS)
    ],
)
def test_a_time_gets_its_verdict(form: Form, code: str | None, t: str) -> None:
    if code == SPACES:
        code = "malformed_header" if form.name == "stripe" else BAD

    assert code == verdict_in(form, form.request(t))


@pytest.mark.parametrize("form", [pytest.param(form, id=f"TIME-1/{form.name} ms") for form in TIMED])
def test_a_millisecond_beyond_the_tolerance_is_stale(form: Form) -> None:
    signed = int(form.t) * 1000

    assert verdict_in(form, form.request(), now=signed + 300_001) == "too_old"
    assert verdict_in(form, form.request(), now=signed - 300_001) == "too_new"


@pytest.mark.parametrize("form", [pytest.param(form, id=f"TIME-5/{form.name} 1") for form in TIMED])
def test_a_time_is_not_judged_before_the_signature(form: Form) -> None:
    assert verdict_in(form, form.request("1", secret=form.other)) == "no_match"


@pytest.mark.parametrize(
    ("form", "jump_ms"),
    [
        pytest.param(form, jump, id=f"TIME-19/{form.name} {jump}")
        for form in TIMED
        for jump in (3_600_000, -3_600_000)
    ],
)
def test_a_clock_that_jumps_while_it_verifies_is_asked_once(form: Form, jump_ms: int) -> None:
    readings = iter([NOW, NOW + jump_ms])
    clock = lambda: next(readings) * 1_000_000  # noqa: E731
    verifier = Verifier(form.name, secrets=form.secret, clock=clock)

    assert verifier.verify(BODY, form.request()).age == 1.0
    assert NOW + jump_ms == next(readings)


@pytest.mark.parametrize(
    ("form", "verified_ms", "age"),
    [
        pytest.param(form, verified, age, id=f"TIME-21/{form.name} {name}")
        for form in TIMED
        for name, verified, age in (("across", 1500, 1.5), ("the second again", -900, -0.9))
    ],
)
def test_a_leap_second_is_within_any_tolerance(form: Form, verified_ms: int, age: float) -> None:
    leap = 1_483_228_800_000  # 2016-12-31T23:59:60Z and 2017-01-01T00:00:00Z: Unix time says both alike
    request = form.request(form.at(leap))
    verifier = Verifier(
        form.name, secrets=form.secret, tolerance=2, clock=FixedClock((leap + verified_ms) / 1000)
    )

    assert verifier.verify(BODY, request).age == pytest.approx(age)


@pytest.mark.parametrize(
    ("form", "zone"),
    [
        pytest.param(form, zone, id=f"TIME-22/{form.name} {name}")
        for form in TIMED
        for name, zone in (
            ("Europe", "CET-1CEST,M3.5.0,M10.5.0/3"),
            ("America", "EST5EDT,M3.2.0,M11.1.0"),
        )
    ],
)
def test_a_change_to_summer_time_changes_nothing(
    form: Form, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    at = int(before.timestamp())
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        signed = Signer(form.name, secrets=form.secret, clock=FixedClock(at)).sign(BODY)
        verifier = Verifier(form.name, secrets=form.secret, tolerance=2, clock=FixedClock(at + 2))
        delivery = verifier.verify(BODY, signed)
    finally:
        monkeypatch.undo()
        time.tzset()

    assert (2.0, before) == (delivery.age, delivery.signed_at)


@pytest.mark.parametrize(
    ("form", "at"),
    [
        pytest.param(form, at, id=f"TIME-23/{form.name} {at}")
        for form in TIMED
        for at in (-1, 0, 99_999_999, 100_000_000_000)
    ],
)
def test_nothing_is_signed_by_a_clock_that_is_wrong(form: Form, at: int) -> None:
    with pytest.raises(CannotRun, match="the clock is wrong"):
        Signer(form.name, secrets=form.secret, clock=FixedClock(at)).sign(BODY)


@pytest.mark.parametrize("form", [pytest.param(form, id=f"TIME-23/{form.name}") for form in TIMED])
def test_a_refusal_names_the_clock_that_judged(form: Form) -> None:
    with pytest.raises(StaleDelivery, match=r"clock here shows 1970-01-01T00:00:00\.000Z$") as refused:
        Verifier(form.name, secrets=form.secret, clock=FixedClock(0)).verify(BODY, form.request())

    assert refused.value.code == "too_new"


@pytest.mark.parametrize(
    ("form", "tolerance"),
    [
        pytest.param(form, tolerance, id=f"TIME-24/{form.name} {tolerance}")
        for form in TIMED
        for tolerance in (0, -1, math.nan, math.inf, None)
    ],
)
def test_a_tolerance_that_switches_the_check_off_is_refused_at_the_start(
    form: Form, tolerance: Any
) -> None:
    with pytest.raises(BadConfiguration, match="a tolerance is a number of seconds above 0"):
        Verifier(form.name, secrets=form.secret, tolerance=tolerance)
