"""A `hookproof inbox work` that is killed at a named point: another one takes over."""

from __future__ import annotations

import pytest
from tests.crash.receiver import halts
from tests.crash.receiver.calls import body_of, call
from tests.crash.receiver.history import Acknowledged
from tests.crash.receiver.place import Place, Receiving

LEAVES_WORK = ("--workers", "0", "--log", "quiet")


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "point", "left", "effects"),
    [
        pytest.param("/inbox/tx", "claim", "pending", 1, id="CRASH-17/apart, claim"),
        pytest.param("/inbox/tx", "claimed", "running", 1, id="CRASH-17/apart, claimed"),
        pytest.param("/inbox/tx", "midst", "running", 1, id="CRASH-18/apart"),
        pytest.param("/inbox/plain", "ran", "running", 2, id="CRASH-18/apart, effect elsewhere"),
        pytest.param("/inbox/tx", "mark", "running", 1, id="CRASH-18/apart, not committed"),
        pytest.param("/inbox/tx", "marked", "done", 1, id="CRASH-19/apart"),
    ],
)
def test_another_worker_takes_over_what_one_left(
    place: Place, path: str, point: str, left: str, effects: int
) -> None:
    receiving = Receiving(place, "ready", *LEAVES_WORK)
    with receiving.process:
        answer = call(receiving.port, path, body_of("one"))
        assert answer is not None
        assert answer.kept
        (place.folder / halts.FILE).write_text(point)
        with place.worker(halting=True) as worker:
            assert point == worker.says()[0]
            worker.kill()
        (row,) = place.rows()
        assert left == row.state
        place.rest()

    history = place.check({"one"}, [Acknowledged("one", row.id, None)])
    assert effects == len(history.effects)
