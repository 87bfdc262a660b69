"""What follows an attempt; which answers and causes are retried is in the contract's table."""

from __future__ import annotations

from random import Random

import pytest
from tests.contract.sending import Longest
from tests.sender.outbox.made import ended, leased

from hookproof_sender.outbox import State, Step, Terms, after
from hookproof_sender.wire import Cause


@pytest.mark.rule("P-RETRY-9", "P-OUTBOX-5")
@pytest.mark.parametrize(
    ("number", "status", "cause", "expected"),
    [
        pytest.param(1, 200, None, Step("delivered"), id="delivered at once"),
        pytest.param(4, 299, None, Step("delivered"), id="delivered by the last attempt"),
        pytest.param(1, 500, None, Step("pending", 1.0), id="first retry"),
        pytest.param(2, 500, None, Step("pending", 2.0), id="second retry"),
        pytest.param(3, 500, None, Step("pending", 4.0), id="third retry"),
        pytest.param(4, 500, None, Step("failed"), id="no retry left"),
        pytest.param(1, 200, "connection_reset", Step("pending", 1.0), id="half an answer"),
        pytest.param(1, None, "target_refused", Step("failed"), id="not allowed there"),
        pytest.param(1, None, "lost", Step("pending", 0.0), id="lost"),
        pytest.param(3, None, "interrupted", Step("pending", 0.0), id="interrupted"),
        pytest.param(4, None, "lost", Step("unknown"), id="lost, no retry left"),
        pytest.param(4, None, "interrupted", Step("unknown"), id="interrupted, no retry left"),
    ],
)
def test_what_follows(number: int, status: int | None, cause: Cause | None, expected: Step) -> None:
    one = leased(number=number)

    assert expected == after(ended(one, status, cause), one, Longest())


@pytest.mark.rule("P-OUTBOX-9")
def test_a_message_that_is_sent_again_by_hand_begins_its_schedule_anew() -> None:
    one = leased(number=5, allowed=8)

    assert Step("pending", 1.0) == after(ended(one, 500), one, Longest())


@pytest.mark.rule("P-GUID-2")
@pytest.mark.parametrize(
    ("terms", "number", "sent"),
    [
        (Terms(), 1, None),
        (Terms(), 2, "guid"),
        (Terms(guid="always"), 1, "guid"),
        (Terms(guid="always"), 2, "guid"),
    ],
)
def test_which_attempts_carry_the_guid(terms: Terms, number: int, sent: str | None) -> None:
    assert sent == leased(terms=terms, number=number).guid_sent


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_no_delay_follows_the_last_attempt(state: State) -> None:
    one = leased(max_retries=0, allowed=1 if state == "failed" else 2)

    assert state == after(ended(one, 500), one, Random(1)).state


@pytest.mark.parametrize("span", [0, -1, float("nan"), float("inf")])
def test_a_span_of_no_time_is_refused(span: float) -> None:
    with pytest.raises(ValueError, match="retry_base"):
        Terms(retry_base=span)
    with pytest.raises(ValueError, match="retry_cap"):
        Terms(retry_cap=span)
