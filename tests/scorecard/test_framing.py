"""What the counts of the servers are made of."""

from __future__ import annotations

import pytest

pytest.importorskip("gunicorn", reason="the peers are installed with the development tools")

from tests.scorecard.framing import CASES, framing, is_answered, seen, slow
from tests.scorecard.servers import SERVERS, opened, why_missing

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", SERVERS)
def test_a_good_request_is_seen_behind_each(name: str) -> None:
    """So that what it makes of the others says something."""
    missing = why_missing(name)
    if missing is not None:
        pytest.skip(missing)
    with opened(name) as server:
        assert is_answered(server.port)
        (one,) = seen(server.seen)

    assert b"good".hex() == one["body"]
    assert str(one["signature"]).startswith("t=")


@pytest.mark.parametrize("name", [name for name in SERVERS if name.startswith("hookproof")])
def test_every_case_is_clean_here(name: str) -> None:
    with opened(name) as server:
        assert ([], []) == (framing(server), slow(server))

    assert len(CASES) > 80
