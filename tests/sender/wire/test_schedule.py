"""When the next attempt is due: P-RETRY-4."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_sender.wire import delay
from hookproof_sender.wire.schedule import FLOOR

SPANS = st.floats(0.001, 1e6)


@given(retry=st.integers(1, 10_000), seed=st.integers(), base=SPANS, cap=SPANS)
def test_a_delay_lies_between_the_floor_and_a_bound_that_doubles_up_to_the_cap(retry, seed, base, cap):
    bound = min(cap, base * 2.0 ** min(retry - 1, 500))
    assert min(FLOOR, bound) <= delay(retry, Random(seed), base=base, cap=cap) <= bound


@given(seed=st.integers(), retry=st.integers(1, 50))
def test_the_same_chance_gives_the_same_delay(seed, retry):
    assert delay(retry, Random(seed)) == delay(retry, Random(seed))


@pytest.mark.parametrize(
    ("retry", "bound"),
    [pytest.param(n, min(60.0, 2.0 ** (n - 1)), id=f"RTY-15/retry {n}") for n in (1, 2, 3, 6, 7, 50)],
)
def test_the_whole_span_is_used(retry, bound):
    """Full jitter: of many delays some lie near either end."""
    rng = Random(15)
    delays = [delay(retry, rng) for _ in range(2000)]
    span = bound - FLOOR
    assert min(delays) < FLOOR + span / 50
    assert bound - span / 50 < max(delays) <= bound
