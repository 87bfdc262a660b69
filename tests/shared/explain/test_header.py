"""The header is lost, renamed or written otherwise, and the time is in another form."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from werkzeug.test import EnvironBuilder

from hookproof import Verifier
from hookproof.testing import SECRET, signed_headers

from .asking import HEADER, NOW_S, TIME, Fault, ask, clock, digest, guessed, header, proved

BODY = b'{"order":4}'
VALUE = header(BODY)[HEADER]
DIGEST = VALUE.rpartition("=")[2]


def wsgi_environ() -> dict[str, str]:
    environ = EnvironBuilder(method="POST", headers=[(HEADER, VALUE)]).get_environ()
    return {name: str(value) for name, value in environ.items() if isinstance(value, str)}


CASES = [
    pytest.param(wsgi_environ(), "header_underscored", id="header_underscored/WSGI"),
    pytest.param({"x_webhook_signature": VALUE}, "header_underscored", id="header_underscored"),
    pytest.param({"X-Original-" + HEADER: VALUE}, "header_renamed", id="header_renamed/gateway"),
    pytest.param({"Webhook-Signature": VALUE}, "header_renamed", id="header_renamed/X- lost"),
    pytest.param(
        [(HEADER, VALUE), (HEADER, "t=1,sha256=" + "0" * 64)], "header_twice", id="header_twice"
    ),
    pytest.param(
        {HEADER: f"t=1,sha256={'0' * 64},{VALUE}"}, "header_joined", id="header_joined/folded"
    ),
    pytest.param({HEADER: f'"{VALUE}"'}, "header_quoted", id="header_quoted"),
    pytest.param(
        {HEADER: f't="{TIME}",sha256="{DIGEST}"'}, "header_quoted", id="header_quoted/elements"
    ),
    pytest.param({HEADER: quote(VALUE)}, "header_percent", id="header_percent"),
    pytest.param({HEADER: f"{HEADER}: {VALUE}"}, "header_name_inside", id="header_name_inside"),
    pytest.param({HEADER: VALUE.replace(",", ";")}, "header_semicolons", id="header_semicolons"),
    pytest.param(
        {HEADER: f"t={TIME} ,sha256={DIGEST}"}, "header_blanks", id="header_blanks/before a comma"
    ),
    pytest.param({HEADER: VALUE + "\n"}, "header_blanks", id="header_blanks/line end"),
    pytest.param({HEADER: f"t={TIME},v1={DIGEST}"}, "element_renamed", id="element_renamed/Stripe's"),
    pytest.param(
        {HEADER: f"t={TIME},sha256={'0' * 64},v1={DIGEST}"},
        "header_grammar",
        id="header_grammar/elsewhere",
    ),
    pytest.param({HEADER: VALUE + ","}, "header_grammar", id="header_grammar/trailing comma"),
    pytest.param(
        {HEADER: f"sha256={DIGEST}", "X-Webhook-Timestamp": TIME}, "time_elsewhere", id="time_elsewhere"
    ),
]


@pytest.mark.parametrize(("headers", "code"), CASES)
def test_a_good_signature_in_a_bad_header_is_proved(
    headers: dict[str, str] | list[tuple[str, str]], code: str
) -> None:
    assert (code,) == proved(ask(Fault(BODY, headers, ())))


def test_no_header_at_all_is_a_guess() -> None:
    explanation = ask(Fault(BODY, {"Content-Type": "text/plain"}, ()))
    assert ("header_lost",) == guessed(explanation)
    said = "perhaps: the sender did not sign, or X-Webhook-Signature was lost on the way"
    assert said == str(explanation).splitlines()[0]


@pytest.mark.parametrize(
    ("time", "scheme", "code"),
    [
        pytest.param(f"{TIME}000", "http-task", "time_unit", id="time_unit/microseconds"),
        pytest.param(f"{TIME}000000", "http-task", "time_unit", id="time_unit/nanoseconds"),
        pytest.param(TIME, "stripe", "time_unit", id="time_unit/milliseconds"),
        pytest.param(f"{NOW_S}.123", "http-task", "time_form", id="time_form/fraction"),
        pytest.param(f"0{TIME}", "http-task", "time_form", id="time_form/leading zero"),
        pytest.param(f"+{TIME}", "http-task", "time_form", id="time_form/sign"),
    ],
)
def test_a_time_in_another_form_is_proved(time: str, scheme: str, code: str) -> None:
    name, element = (HEADER, "sha256") if scheme == "http-task" else ("Stripe-Signature", "v1")
    headers = {name: f"t={time},{element}={digest(f'{time}.'.encode() + BODY)}"}
    explanation = ask(Fault(BODY, headers, (), scheme))
    assert "bad_timestamp" == explanation.code
    assert (code,) == proved(explanation)


@pytest.mark.parametrize(
    ("seconds", "guid", "fact", "guess"),
    [
        pytest.param(-3600, None, "signed_long_ago", "time_zone", id="time_zone/an hour"),
        pytest.param(5.5 * 3600 + 20, None, "signed_ahead", "time_zone", id="time_zone/India"),
        pytest.param(
            -1000,
            "6c1c4f5e-0000-4000-8000-000000000000",
            "signed_long_ago",
            "retry_not_signed_anew",
            id="retry_not_signed_anew",
        ),
        pytest.param(-900, None, "signed_long_ago", "clock_wrong", id="clock_wrong/behind"),
        pytest.param(700, None, "signed_ahead", "clock_wrong", id="clock_wrong/ahead"),
    ],
)
def test_a_stale_request_is_measured_and_its_cause_guessed(
    seconds: float, guid: str | None, fact: str, guess: str
) -> None:
    signing = clock()
    signing.advance(seconds)
    headers = signed_headers(BODY, secrets=SECRET, guid=guid, clock=signing)
    explanation = ask(Fault(BODY, headers, ()))
    assert (fact,) == proved(explanation)
    assert guess in guessed(explanation)


def test_a_clock_that_nobody_set_is_guessed() -> None:
    explanation = ask(Fault(BODY, header(BODY, time="86400"), ()))
    assert ("signed_long_ago",) == proved(explanation)
    assert ("clock_not_set",) == guessed(explanation)


def test_a_valid_request_needs_no_cause() -> None:
    explanation = Verifier(secrets=SECRET, clock=clock()).explain(BODY, header(BODY))
    assert ("valid", None, ()) == (explanation.verdict, explanation.code, explanation.findings)
    assert str(explanation).startswith("valid: ")
