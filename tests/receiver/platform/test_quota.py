"""So many runs in any minute, and when there are more."""

from __future__ import annotations

import pytest

from hookproof.clock import NANOSECONDS
from hookproof_receiver.platform.quota import Quota
from hookproof_receiver.platform.refusal import Refusal

NOW = 1_000 * NANOSECONDS


def _ago(seconds: float, user: str = "ann") -> tuple[str, int]:
    return user, NOW - round(seconds * NANOSECONDS)


@pytest.mark.parametrize(
    ("recent", "more"),
    [
        pytest.param([], 2, id="none before"),
        pytest.param([_ago(9)], 1, id="one before"),
        pytest.param([_ago(-3600), _ago(-3590)], 1, id="the clock was set back by an hour"),
        pytest.param([_ago(9, "bob"), _ago(8, "bob")], 1, id="another's do not count as one's own"),
    ],
)
def test_what_is_within_the_quota_begins(recent: list[tuple[str, int]], more: int) -> None:
    Quota(2, 3).check(recent, "ann", more, NOW)


@pytest.mark.rule("P-JOB-5")
@pytest.mark.parametrize(
    ("recent", "more", "limit", "wait"),
    [
        pytest.param([_ago(59.5), _ago(1)], 1, 2, "1", id="the oldest is nearly a minute old"),
        pytest.param([_ago(20), _ago(1)], 1, 2, "40", id="the oldest is not"),
        pytest.param([_ago(20), _ago(1)], 2, 2, "59", id="two more wait for two"),
        pytest.param([], 3, 2, "60", id="more at once than ever"),
        pytest.param([_ago(30, "bob"), _ago(20, "bob"), _ago(10)], 1, 3, "30", id="the workspace"),
    ],
)
def test_what_is_beyond_it_is_told_when_to_come_again(
    recent: list[tuple[str, int]], more: int, limit: int, wait: str
) -> None:
    with pytest.raises(Refusal) as refused:
        Quota(2, 3).check(recent, "ann", more, NOW)
    refusal = refused.value
    assert (429, "TooManyRequestsException") == (refusal.status, refusal.name)
    assert str(limit) == refusal.headers["x-rate-limit-limit"]
    assert wait == refusal.headers["x-retry-after"] == refusal.headers["Retry-After"]
    assert str(1_000 + int(wait)) == refusal.headers["x-rate-limit-reset"]
