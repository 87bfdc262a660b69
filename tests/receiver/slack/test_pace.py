"""One message a second in the long run, and a burst after a rest, whatever the clock does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.slack.pace import BURST, EVERY_NS, take, wait_s

NOW = 1_800_000_000 * EVERY_NS


@given(gaps=st.lists(st.integers(0, 3 * EVERY_NS), min_size=1, max_size=60))
def test_in_any_span_no_more_come_than_its_seconds_and_a_burst(gaps: list[int]) -> None:
    full, now, taken = 0, NOW, []
    for gap in gaps:
        now += gap
        after = take(full, now)
        if after is None:
            assert take(full, now + wait_s(full, now) * EVERY_NS) is not None
            assert (
                wait_s(full, now) == 1 or take(full, now + (wait_s(full, now) - 1) * EVERY_NS) is None
            )
        else:
            full = after
            taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            span = taken[last] - taken[first]
            assert last - first + 1 <= BURST + span // EVERY_NS


def test_a_clock_that_was_set_back_blocks_nobody() -> None:
    full = NOW
    for _ in range(BURST):
        full = take(full, NOW) or 0
    assert take(full, NOW - 3600 * EVERY_NS) is not None
