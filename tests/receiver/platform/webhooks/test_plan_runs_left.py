"""What becomes of the number of a run that its plan's runner knows nothing of."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hookproof.testing import FixedClock
from hookproof_receiver.platform.plans.service import PlanService
from hookproof_receiver.platform.plans.store import PlanRunStore
from hookproof_receiver.platform.task_running import TaskRunning
from hookproof_runtime.ids import new_id


@pytest.mark.parametrize(
    ("age_s", "is_there"),
    [
        pytest.param(1, True, id="another receiver is about to begin it"),
        pytest.param(3600, False, id="its receiver died"),
    ],
)
def test_a_run_that_never_came_about_loses_its_number(
    engine: Engine, running: TaskRunning, age_s: int, is_there: bool
) -> None:
    clock = FixedClock()
    store = PlanRunStore(engine)
    number = store.add(7, new_id("run", clock()))
    clock.advance(age_s)
    PlanService(engine, running, (), clock).start()
    assert is_there is (store.get(number) is not None)
