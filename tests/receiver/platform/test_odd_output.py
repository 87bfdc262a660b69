"""What a recipe says and writes that it should not is its own job's failure, and nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.receiver.pages.visitor import Visitor, served
from tests.receiver.platform.odd_recipes import ODDLY_NAMED, Make, ended

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.platform import Run
from hookproof_receiver.platform.outputs import PROFILE, profile_of
from hookproof_receiver.platform.run_job import RunJob

ODD: list[Any] = ["4", 2.5, -1, 2**53, None]


class Counted:
    """A whole number of another library's."""

    def __index__(self) -> int:
        return 4


@pytest.fixture
def told() -> list[dict[str, object]]:
    return []


@pytest.fixture
def run(tmp_path: Path, told: list[dict[str, object]]) -> Run:
    (tmp_path / "out.csv").write_text("a\n1\n")
    return Run(tmp_path, tmp_path, {}, told.append)


@pytest.mark.rule("P-JOB-9")
@pytest.mark.parametrize("rows", ODD)
def test_what_is_no_number_of_rows_is_not_told(
    run: Run, told: list[dict[str, object]], rows: Any
) -> None:
    for wrong in (
        lambda: run.wrote("out.csv", rows),
        lambda: run.progress(rows, 4),
        lambda: run.progress(4, rows),
    ):
        with pytest.raises((TypeError, ValueError)):
            wrong()
    assert [] == told


def test_a_number_of_another_library_is_one(run: Run, told: list[dict[str, object]]) -> None:
    number: Any = Counted()
    run.wrote("out.csv", number)
    run.progress(number, number)
    assert [{"wrote": "out.csv", "rows": 4}, {"rows": 4, "of": 4}] == told
    assert [int, int] == [type(one["rows"]) for one in told]


@pytest.mark.rule("P-JOB-4")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"rows": NaN}', id="NaN"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param("[]", id="no object"),
        pytest.param('{"rows": ' + "9" * 5000 + "}", id="a number too long to read"),
        pytest.param("\0", id="no JSON"),
    ],
)
def test_a_profile_that_is_none_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / PROFILE).write_text(text)
    assert profile_of(tmp_path) is None


@pytest.mark.rule("P-JOB-9")
def test_a_file_whose_name_is_no_text_fails_its_job(make: Make) -> None:
    service = make()
    group = service.run_job(RunJob(ODDLY_NAMED))
    assert group is not None
    assert "surrogates not allowed" in (ended(service, group.id).error or "")


@pytest.mark.rule("P-PAGE-14")
def test_a_page_shows_a_job_whatever_its_profile_says(tmp_path: Path) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", pages=True, platform=True)
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        assert receiver._ends is not None
        service = receiver._ends.platform
        assert service is not None
        made = service.run_job(RunJob(4, parameters={"rows": "20"}))
        assert made is not None
        ended(service, made.id)
        for profile in ('{"rejected": "<b>"}', '{"columnTypes": 4}', '{"columnTypes": null}', "[]"):
            (tmp_path / "inbox.db.jobs" / str(made.id) / PROFILE).write_text(profile)
            assert b"completed" in Visitor(port).get("/flows/1?recipe=4&tab=jobs").body
