"""Job groups that an earlier version wrote down are shown, and what it left is run."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, text
from tests.receiver.platform.odd_recipes import WORKS, Make, ended

from hookproof_receiver.migrations import PACKAGE, VERSION_TABLE, bring_up_to_date
from hookproof_receiver.platform.records import record
from hookproof_runtime.database import open_engine

STEPS = ["0001_inbox", "0002_jobs_and_slack", "0003_refusals", "0004_pending", "0005_looking_after"]
GROUPS = [(1, "Complete", "Complete"), (2, "InProgress", "InProgress"), (3, "Created", "Created")]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database of the version before there was progress, brought up to date."""
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            for name in STEPS:
                import_module(f"{PACKAGE}.versions.{name}").upgrade()
        connection.execute(
            text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        )
        connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES ('0005')"))
        for group_id, status, job in GROUPS:
            connection.execute(
                text(
                    "INSERT INTO hookproof_job_groups (id, session_id, recipe_id, ran_from, status, "
                    "created_ns, updated_ns) VALUES (:id, 's', :recipe, 'api', :status, 1000, 2000)"
                ),
                {"id": group_id, "recipe": WORKS, "status": status},
            )
            connection.execute(
                text(
                    "INSERT INTO hookproof_jobs (job_group_id, type, status) "
                    "VALUES (:id, 'wrangle', :job), (:id, 'profile', :job)"
                ),
                {"id": group_id, "job": job},
            )
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


def test_what_it_wrote_down_is_shown_and_what_it_left_is_run(make: Make, output_dir: Path) -> None:
    (output_dir / "2").mkdir(parents=True)  # it wrote there while it ran
    (output_dir / "2" / "half.csv").write_text("half")
    service = make()
    old = service.job_group(1)
    assert (100, 2000) == (old.percent, old.ended_ns)
    assert [2000, 2000] == [job.updated_ns for job in old.jobs]
    assert "Complete" == record(old, service.recipe(WORKS)).status
    service.start()
    for group_id in (2, 3):
        group = ended(service, group_id)
        assert ("Complete", 1, 100) == (group.status, group.runs, group.percent)
        assert ["out.txt"] == [file.name for file in service.outputs(group_id)]
