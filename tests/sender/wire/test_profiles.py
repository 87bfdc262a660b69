"""What each profile does to each kind of answer and each cause, as the contract's table has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.contract.rules import table
from tests.contract.sending import Longest, Shortest, quick, task
from tests.sender.outbox.made import ended, leased
from tests.sender.peer import OK, Peer, raw, status

from hookproof.testing import FixedClock
from hookproof_sender.outbox import Terms, after
from hookproof_sender.wire import CAUSES
from hookproof_sender.wire.profiles import LONGEST_PAUSE, Profile, pause_asked

PROFILES: tuple[Profile, ...] = ("platform", "considerate")
ROWS = {row[0]: row[1:] for row in table("**P-RETRY-10**", columns=3)}
CAUSES_OF_TABLE = [row for row in ROWS if not row[0].isdigit()]
RANGES = [row for row in ROWS if "-" in row]
FLAT = [row for row in ROWS if row[0].isdigit()]
STARTED = FixedClock().nanoseconds


def row_of(code: int) -> str:
    """The row of the table that a status has."""
    if str(code) in ROWS:
        return str(code)
    (found,) = (row for row in RANGES if code in range(int(row[:3]), int(row[4:]) + 1))
    return found


def step(profile: Profile, code: int | None, cause: str | None = None, **fields: object) -> str:
    """What follows an attempt with retries left, in the table's words."""
    one = leased(terms=Terms(profile=profile))
    following = after(ended(one, code, cause, **fields), one, Random(1))  # type: ignore[arg-type]
    if following.state == "pending":
        return "retried" if following.delay_s else "at once"
    return following.state


@pytest.mark.rule("P-RETRY-10")
def test_the_table_has_every_cause_in_the_order_of_the_list() -> None:
    assert list(CAUSES) == CAUSES_OF_TABLE


@pytest.mark.rule("P-RETRY-1", "P-RETRY-10")
@pytest.mark.parametrize("profile", PROFILES)
def test_every_status_is_treated_as_its_row_says(profile: Profile) -> None:
    column = PROFILES.index(profile)
    expected = {code: ROWS[row_of(code)][column] for code in range(200, 1000)}

    assert expected == {code: step(profile, code) for code in expected}


@pytest.mark.rule("P-RETRY-10")
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("cause", CAUSES_OF_TABLE)
def test_every_cause_is_treated_as_its_row_says(profile: Profile, cause: str) -> None:
    expected = ROWS[cause][PROFILES.index(profile)]

    assert expected == step(profile, None, cause)
    assert expected == step(profile, 200, cause), "whatever the answer began with"


@pytest.mark.rule("P-RETRY-10")
@pytest.mark.parametrize("cause", CAUSES)
def test_without_a_retry_left_a_message_is_failed_or_unknown(cause: str) -> None:
    one = leased(number=4)

    state, pause = after(ended(one, None, cause), one, Random(1))  # type: ignore[arg-type]
    assert ("unknown" if cause in ("interrupted", "lost") else "failed", None) == (state, pause)


@pytest.mark.rule("P-RETRY-1", "P-RETRY-10")
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("row", FLAT)
def test_a_status_over_a_socket_is_treated_as_its_row_says(profile: Profile, row: str) -> None:
    code = next(code for code in range(int(row[:3]), 1000) if row_of(code) == row)
    with Peer(status(code), raw(OK)) as peer:
        run = quick(profile=profile).send(task(peer.url))

    expected = {
        "delivered": ("delivered", [code]),
        "retried": ("delivered", [code, 200]),
        "failed": ("failed", [code]),
    }[ROWS[row][PROFILES.index(profile)]]
    assert expected == (run.outcome, [one.status for one in run.attempts])
    assert len(run.attempts) == peer.connections


@pytest.mark.parametrize(
    ("code", "profile", "codes"),
    [
        *(
            pytest.param(code, "platform", [code, 200], id=f"RTY-4/{code}")
            for code in (400, 401, 404, 409, 422)
        ),
        *(
            pytest.param(code, "considerate", [code], id=f"RTY-4/{code}, asked to spare it")
            for code in (400, 401, 404, 422)
        ),
        pytest.param(410, "platform", [410, 200], id="RTY-5/by default"),
        pytest.param(410, "considerate", [410], id="RTY-5/asked to take it for the end"),
    ],
)
def test_a_refusal_is_retried_unless_one_asks_otherwise(
    code: int, profile: Profile, codes: list[int]
) -> None:
    with Peer(status(code), raw(OK)) as peer:
        run = quick(profile=profile).send(task(peer.url))

    assert codes == [one.status for one in run.attempts]
    assert ("failed" if codes == [code] else "delivered") == run.outcome


def asked(text: str, profile: Profile = "considerate", code: int = 503) -> float:
    """The pause that an answer asks for, which came 2 s after its attempt began."""
    answered = ended(leased(), code, retry_after=text, started_ns=STARTED, duration_s=2.0)
    return pause_asked(profile, answered)


def date(seconds: float) -> str:
    """A date as HTTP writes it, so long after the attempt began."""
    when = datetime.fromtimestamp(STARTED / 1e9, UTC) + timedelta(seconds=seconds)
    return format_datetime(when, usegmt=True)


@pytest.mark.rule("P-RETRY-11", "P-RETRY-12")
@pytest.mark.parametrize(
    ("text", "pause"),
    [
        pytest.param("1", 1, id="RTY-6/1 s"),
        pytest.param("120", 120, id="RTY-6/120 s"),
        pytest.param(" 120 ", 120, id="RTY-6/blanks"),
        pytest.param("0120", 120, id="RTY-6/leading zero"),
        pytest.param(date(92), 90, id="RTY-7/IMF-fixdate"),
        pytest.param("Thursday, 01-Jan-26 00:01:32 GMT", 90, id="RTY-7/RFC 850"),
        pytest.param("Thu Jan  1 00:01:32 2026", 90, id="RTY-7/asctime"),
        pytest.param(date(2), 0, id="RTY-7/now"),
        pytest.param(date(-86400), 0, id="RTY-7/past"),
        pytest.param("0", 0, id="RTY-8/0"),
        pytest.param("-1", 0, id="RTY-8/negative"),
        pytest.param("", 0, id="RTY-8/empty"),
        pytest.param("soon", 0, id="RTY-8/garbage"),
        pytest.param("1.5", 0, id="RTY-8/fraction"),
        pytest.param("1e9", 0, id="RTY-8/exponent"),
        pytest.param("NaN", 0, id="RTY-8/NaN"),
        pytest.param("\u0661\u0662", 0, id="RTY-8/other digits"),
        pytest.param("120, 240", 0, id="RTY-8/two"),
        pytest.param("Thu, 99 Foo 2026 00:00:00 GMT", 0, id="RTY-8/no date"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE, id="RTY-8/year 9999"),
        pytest.param("Fri, 31 Dec 99999 23:59:59 GMT", 0, id="RTY-8/year 99999"),
        pytest.param("3600", LONGEST_PAUSE, id="RTY-8/the cap"),
        pytest.param("3601", LONGEST_PAUSE, id="RTY-8/above the cap"),
        pytest.param("9" * 64, LONGEST_PAUSE, id="RTY-8/64 digits"),
        pytest.param("9" * 5000, LONGEST_PAUSE, id="RTY-8/5000 digits"),
    ],
)
def test_retry_after_asks_for_a_pause_up_to_an_hour(text: str, pause: float) -> None:
    assert pause == asked(text) == asked(text, code=429) == asked(text, code=500)
    assert 0 == asked(text, "platform")


@given(st.text(max_size=64))
@example("Thu, 01 Jan 2026 00:00:00 +9999")
@example(", , , 1:1:1:1")
@pytest.mark.rule("P-RETRY-12")
def test_whatever_an_answer_asks_for_is_a_pause_from_0_to_an_hour(text: str) -> None:
    assert 0 <= asked(text) <= LONGEST_PAUSE


@pytest.mark.rule("P-RETRY-7", "P-RETRY-11")
@pytest.mark.parametrize(
    ("profile", "code", "text", "pause"),
    [
        pytest.param("considerate", 429, "1", 1.0, id="RTY-6/429 over a socket"),
        pytest.param("considerate", 503, "1", 1.0, id="RTY-6/503 over a socket"),
        pytest.param("platform", 503, "60", 0.01, id="RTY-6/503, shown alone"),
        pytest.param("considerate", 503, "-5", 0.01, id="RTY-8/over a socket"),
        pytest.param("considerate", 503, "0", 0.01, id="RTY-8/0 over a socket"),
    ],
)
def test_the_pause_is_kept_on_record_and_waited_for(
    profile: Profile, code: int, text: str, pause: float
) -> None:
    with Peer(status(code, f"Retry-After: {text}"), raw(OK)) as peer:
        sender = quick(profile=profile, retry_base=0.01, rng=Longest())
        run = sender.send(task(peer.url))
    first, second = run.attempts

    assert (pause, text, 200) == (first.retry_in_s, first.retry_after, second.status)
    assert second.started_ns - first.started_ns >= pause * 0.9e9


@pytest.mark.rule("P-RETRY-11")
def test_the_pause_is_the_least_and_the_schedule_may_be_longer() -> None:
    one = leased(terms=Terms(profile="considerate", retry_base=8.0))
    answered = ended(one, 503, retry_after="5")

    assert 8.0 == after(answered, one, Longest()).delay_s
    assert 5.0 == after(answered, one, Shortest()).delay_s
