"""Whoever listens to job groups writes in the transactions of their beginning and their end."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, text
from tests.receiver.bare_server import eventually
from tests.receiver.platform.odd_recipes import BREAKS, WAITS, WORKS, Make, ended

from hookproof_receiver.platform.job_group import JobGroup
from hookproof_receiver.platform.refusal import Refusal
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.webhooks.shapes import JobOverrides


class Diary:
    """Writes down what it is told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.committed = 0
        self.refuse: Exception | None = None
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE diary (job_group INTEGER, what TEXT)"))

    def recorded(self, connection: Connection, group: JobGroup, overrides: JobOverrides) -> None:
        self._write(connection, group, f"{group.status} {overrides.webhooks}")
        if self.refuse is not None:
            raise self.refuse

    def ended(self, connection: Connection, group: JobGroup) -> None:
        self._write(connection, group, group.status)

    def after_end(self) -> None:
        self.committed += 1

    def pages(self) -> list[tuple[int, str]]:
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT job_group, what FROM diary ORDER BY rowid"))
            return [(row.job_group, row.what) for row in rows]

    def _write(self, connection: Connection, group: JobGroup, what: str) -> None:
        connection.execute(
            text("INSERT INTO diary VALUES (:group, :what)"), {"group": group.id, "what": what}
        )


@pytest.fixture
def diary(engine: Engine) -> Diary:
    return Diary(engine)


@pytest.mark.rule("P-JOB-11")
@pytest.mark.parametrize(
    ("recipe", "status"),
    [pytest.param(WORKS, "Complete", id="works"), pytest.param(BREAKS, "Failed", id="breaks")],
)
def test_each_group_is_told_of_twice(make: Make, diary: Diary, recipe: int, status: str) -> None:
    service = make(listeners=[diary])
    group = service.run_job(RunJob(recipe, overrides=JobOverrides(webhooks=[])))
    assert group is not None
    ended(service, group.id)
    assert [(group.id, "Created []"), (group.id, status)] == diary.pages()
    eventually(lambda: diary.committed == 1)


def test_one_that_is_cancelled_is_told_of_once_however_often_it_is_asked(
    make: Make, diary: Diary
) -> None:
    service = make(listeners=[diary])
    group = service.run_job(RunJob(WAITS))
    assert group is not None
    eventually(lambda: service.job_group(group.id).percent)
    assert service.cancel(group.id)
    assert not service.cancel(group.id)
    assert ["Created None", "Canceled"] == [what for _, what in diary.pages()]
    assert 1 == diary.committed


def test_what_a_listener_refuses_is_not_recorded(make: Make, diary: Diary) -> None:
    service = make(listeners=[diary])
    diary.refuse = Refusal(400, "ValidationFailed", "It is not to be.")
    with pytest.raises(Refusal, match="not to be"):
        service.run_job(RunJob(WORKS, execution_id="run-1"))
    assert [] == diary.pages()
    assert [] == service.job_groups()
    diary.refuse = None
    assert service.run_job(RunJob(WORKS, execution_id="run-1")) is not None
