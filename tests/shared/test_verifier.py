"""How a verifier and a signer are made and called, and what they say when they are called wrongly."""

from __future__ import annotations

from typing import Any

import pytest
from tests.shared.vectors.vector import BODY, HEADER, NOW, SECRET, header
from tests.shared.verdicts import verdict

from hookproof import BadConfiguration, HttpTask, Secret, Signer, Tolerance, Verifier
from hookproof.clock import to_datetime
from hookproof.explain import Explanation
from hookproof.schemes import by_name, names
from hookproof.testing import FixedClock

HEADERS = {HEADER: header()}
CLOCK = FixedClock(NOW / 1000)


@pytest.mark.parametrize(
    ("body", "headers", "match"),
    [
        pytest.param(
            HEADERS, BODY, "the wrong way round: verify\\(body, headers\\)", id="wrong way round"
        ),
        pytest.param(HEADERS, HEADERS, "the wrong way round", id="headers twice"),
        pytest.param(BODY, BODY, "the order is verify\\(body, headers\\)", id="body twice"),
        pytest.param(
            {"order": 4}, HEADERS, "parsed already.*request.get_data\\(\\)", id="a parsed body"
        ),
        pytest.param([1], HEADERS, "this is list; the body must be the raw bytes", id="a parsed list"),
        pytest.param(BODY.decode(), HEADERS, "decoded to str.*await request.body\\(\\)", id="str"),
        pytest.param(None, HEADERS, "this is NoneType", id="None"),
        pytest.param(BODY, None, "headers must be a mapping or pairs", id="no headers"),
    ],
)
def test_arguments_that_cannot_be_right_are_a_type_error_that_says_so(
    body: Any, headers: Any, match: str
) -> None:
    with pytest.raises(TypeError, match=match):
        Verifier(secrets=SECRET, clock=CLOCK).verify(body, headers)


@pytest.mark.parametrize(
    "body", [pytest.param("{}", id="str"), pytest.param({}, id="dict"), pytest.param(None, id="None")]
)
def test_a_signer_signs_bytes(body: Any) -> None:
    with pytest.raises(TypeError, match="sign the bytes that are sent, not"):
        Signer(secrets=SECRET).sign(body)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=kind.__name__) for kind in (bytearray, memoryview)]
)
def test_bytes_of_every_kind_are_signed_and_verified(kind: Any) -> None:
    signed = Signer(secrets=SECRET, clock=CLOCK).sign(kind(BODY))

    assert verdict(kind(BODY), signed) is None


@pytest.mark.parametrize(
    ("scheme", "match"),
    [
        pytest.param(
            "http_task", "there is no scheme 'http_task'; did you mean 'http-task'", id="near"
        ),
        pytest.param("x", "there is no scheme 'x'; there are: http-task", id="far"),
        pytest.param("", "there is no scheme ''", id="empty"),
    ],
)
def test_a_scheme_that_is_not_there_is_refused_with_the_nearest(scheme: str, match: str) -> None:
    for make in (Verifier, Signer):
        with pytest.raises(BadConfiguration, match=match):
            make(scheme, secrets=SECRET)


def test_a_scheme_is_taken_by_name_or_as_itself() -> None:
    own = HttpTask("s")

    assert names() == (
        "http-task",
        "standard-webhooks",
        "stripe",
        "github",
        "github-sha1",
        "slack",
    )
    assert by_name("http-task") is Verifier(secrets=SECRET).scheme
    assert own is Signer(own, secrets=SECRET).scheme
    assert {HEADER: header(str(NOW // 1000))} == Signer(own, secrets=SECRET, clock=CLOCK).sign(BODY)
    assert repr(own) == "HttpTask(unit='s')"


def test_a_unit_is_milliseconds_or_seconds() -> None:
    with pytest.raises(BadConfiguration, match="the unit of t is 'ms' or 's', not 'us'"):
        HttpTask("us")  # type: ignore[arg-type]  # what is tested


def test_an_old_message_is_judged_by_asking_for_it_by_name() -> None:
    verifier = Verifier(secrets=SECRET, tolerance=Tolerance.unlimited(), clock=FixedClock(0))

    assert verifier.verify(BODY, HEADERS).age == pytest.approx(-(NOW / 1000 - 1))
    assert "Tolerance.unlimited()" in repr(verifier)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [pytest.param(300, "Tolerance(300)", id="whole"), pytest.param(0.5, "Tolerance(0.5)", id="half")],
)
def test_a_tolerance_shows_its_seconds(seconds: float, shown: str) -> None:
    assert shown == repr(Tolerance(seconds))
    assert seconds * 1_000_000_000 == Tolerance(seconds).nanoseconds


def test_a_tolerance_has_300_seconds_by_default() -> None:
    assert Verifier(secrets=SECRET).tolerance.nanoseconds == 300_000_000_000


def test_the_least_tolerance_is_a_nanosecond() -> None:
    assert Tolerance(1e-9).nanoseconds == 1
    with pytest.raises(BadConfiguration):
        Tolerance(0.9e-9)


def test_a_part_of_a_microsecond_is_left_out_of_a_datetime() -> None:
    assert [to_datetime(nanoseconds).microsecond for nanoseconds in (999, 1_999)] == [0, 1]


@pytest.mark.parametrize(
    "also",
    [
        pytest.param("other", id="str"),
        pytest.param(b"other", id="bytes"),
        pytest.param(Secret("other"), id="secret"),
        pytest.param(["x", "other"], id="list"),
        pytest.param({"other": 1}.keys(), id="what can be gone through"),
    ],
)
def test_other_secrets_are_taken_for_an_explanation_as_a_ring_is(also: Any) -> None:
    signed = Signer(secrets="other", clock=CLOCK).sign(BODY)
    body: Any = bytearray(BODY)
    explanation = Verifier(secrets=SECRET, clock=CLOCK).explain(body, signed, also=also)

    assert ["secret_other"] == [finding.code for finding in explanation.findings]


def test_an_explanation_needs_no_other_secret_and_has_the_verdict_of_verify() -> None:
    verifier = Verifier(secrets=SECRET, clock=CLOCK)

    assert ("valid", None) == _verdict(verifier.explain(BODY, HEADERS, also=[]))
    assert ("refused", "no_match") == _verdict(verifier.explain(BODY + b"x", HEADERS))
    assert ("refused", "missing_header") == _verdict(verifier.explain(BODY, []))


@pytest.mark.parametrize(
    ("tolerance", "shown"),
    [
        pytest.param(0.5, "0.5 s", id="half a second"),
        pytest.param(Tolerance.unlimited(), "unlimited", id="unlimited"),
    ],
)
def test_an_explanation_shows_the_tolerance(tolerance: Any, shown: str) -> None:
    verifier = Verifier(secrets=SECRET, tolerance=tolerance, clock=CLOCK)

    assert ("tolerance", shown) in verifier.explain(BODY, []).expected


def _verdict(explanation: Explanation) -> tuple[str, str | None]:
    return explanation.verdict, explanation.code
