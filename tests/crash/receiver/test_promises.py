"""A receiver that is killed while a handler outlasts its request: before the promise, and after."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.crash.receiver.calls import body_of
from tests.crash.receiver.stage import Stage

BODY = body_of("slow", takes_s=1.0)


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path, "--answer-within", "200 ms")
    try:
        yield stage
    finally:
        stage.kill()


@pytest.mark.long
@pytest.mark.parametrize("path", ["/sync/tx", "/sync/plain"])
@pytest.mark.parametrize(
    ("point", "promised"),
    [
        pytest.param("promise", False, id="CRASH-16/promise"),
        pytest.param("promised", True, id="CRASH-17/promise"),
    ],
)
def test_what_is_promised_is_kept_whether_or_not_that_was_said(
    impatient: Stage, path: str, point: str, promised: bool
) -> None:
    impatient.halt.write_text(point)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(impatient.call, path, BODY)
        impatient.reached(point)
        impatient.kill()
        assert answer.result() is None
    (row,) = impatient.place.rows()
    assert ("running", promised) == (row.state, row.promised)
    impatient.restart()
    if promised:  # nobody sends it again
        assert 1 == len(impatient.check("slow").effects)

    assert impatient.retry(path, BODY).kept is not promised
    assert 1 == len(impatient.check("slow").effects)


@pytest.mark.long
@pytest.mark.parametrize("path", [pytest.param("/sync/tx", id="CRASH-18/promised")])
def test_a_promise_outlasts_the_process_that_made_it(impatient: Stage, path: str) -> None:
    impatient.halt.write_text("midst")
    answer = impatient.call(path, BODY)
    assert answer is not None
    assert answer.kept
    impatient.reached("midst")
    impatient.kill()
    (row,) = impatient.place.rows()
    assert ("running", True) == (row.state, row.promised)
    impatient.restart()

    assert 1 == len(impatient.check("slow").effects)
