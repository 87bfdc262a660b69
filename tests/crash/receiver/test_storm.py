"""A sample of `make crash` for the receiver."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.crash.receiver.storm import Storm


@pytest.mark.long
@pytest.mark.parametrize("seed", [pytest.param(2, id="CRASH-18/at random")])
def test_two_dozen_random_kills_lose_nothing_and_double_nothing(tmp_path: Path, seed: int) -> None:
    outcome = Storm(tmp_path, seed).run(25)

    assert ((), ()) == (outcome.problems, outcome.traces), str(outcome)
    assert min(outcome.together, outcome.elsewhere, outcome.kept, outcome.parked) > 0
