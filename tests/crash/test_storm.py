"""A sample of `make crash`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.crash.storm import Storm


@pytest.mark.long
@pytest.mark.parametrize("seed", [pytest.param(2, id="CRASH-22/at random")])
def test_a_dozen_random_kills_lose_nothing_and_double_nothing(tmp_path: Path, seed: int) -> None:
    outcome = Storm(tmp_path, seed).run(12)

    assert ((), ()) == (outcome.problems, outcome.traces), str(outcome)
    assert outcome.effects > 0
