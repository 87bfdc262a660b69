"""A job group ends as what it came to, also when a process dies under it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.forking import holds_in_a_child
from tests.receiver.bare_server import eventually
from tests.receiver.platform.odd_recipes import (
    BREAKS,
    EXITS,
    FORKS_AND_LEAVES,
    FORKS_AND_WAITS,
    FORKS_AND_WORKS,
    HAS_A_DAEMON,
    IS_KILLED,
    IS_NOWHERE,
    LEAVES,
    LINGERS,
    RECIPES,
    SECOND_BREAKS,
    WAITS,
    WAITS_ONCE,
    WORKS,
    Make,
    ended,
    pid_of_worker,
)

from hookproof.clock import system_clock
from hookproof_receiver.platform.folders import Folders
from hookproof_receiver.platform.process import Process
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.running import Running
from hookproof_receiver.platform.service import AT_ONCE, PlatformService
from hookproof_receiver.platform.store import RunningStore


def _run(service: PlatformService, recipe: int) -> int:
    group = service.run_job(RunJob(recipe))
    assert group is not None
    return group.id


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_folders_are_their_owners_alone(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "jobs")
    with folders.lock(1):
        made = [tmp_path / "jobs", folders.data, folders.new_work(1, 1)]
        assert [0o700] * 3 == [folder.stat().st_mode & 0o777 for folder in made]


def test_a_job_that_works_is_complete(make: Make, output_dir: Path) -> None:
    service = make()
    group = ended(service, _run(service, WORKS))
    assert ("Complete", None) == (group.status, group.error)
    assert "done" == (output_dir / str(group.id) / "out.txt").read_text()


@pytest.mark.parametrize(
    ("recipe", "jobs", "error"),
    [
        pytest.param(BREAKS, ["Failed", "Canceled"], "ValueError: column 7 is missing ?", id="raises"),
        pytest.param(SECOND_BREAKS, ["Complete", "Failed"], "column 7", id="raises in the second step"),
        pytest.param(IS_KILLED, ["Failed", "Canceled"], "killed by signal 9", id="is killed"),
        pytest.param(LEAVES, ["Failed", "Canceled"], "ended with 0 before", id="ends early, with 0"),
        pytest.param(EXITS, ["Failed", "Canceled"], "ended with 3 before", id="exits with 3"),
        pytest.param(IS_NOWHERE, ["Failed", "Canceled"], "is_nowhere", id="is not there"),
    ],
)
def test_a_job_that_fails_is_failed_and_the_reason_is_kept(
    make: Make, recipe: int, jobs: list[str], error: str
) -> None:
    service = make()
    group = ended(service, _run(service, recipe))
    assert "Failed" == group.status
    assert jobs == [job.status for job in group.jobs]
    assert error in (group.error or "")


def test_a_worker_that_is_killed_from_outside_is_failed(make: Make, output_dir: Path) -> None:
    service = make()
    group_id = _run(service, WAITS)
    os.kill(pid_of_worker(output_dir, group_id), signal.SIGKILL)
    assert "its process was killed by signal 9" == ended(service, group_id).error


def test_a_job_that_takes_too_long_is_ended(make: Make) -> None:
    service = make(time_limit_s=0.5)
    assert "it took longer than 0.5 s" == ended(service, _run(service, WAITS)).error


def test_only_so_many_run_at_once_and_the_next_one_waits(make: Make, output_dir: Path) -> None:
    service = make()
    running = [_run(service, WAITS) for _ in range(AT_ONCE)]
    waiting = _run(service, WORKS)
    pids = [pid_of_worker(output_dir, group_id) for group_id in running]
    assert ["InProgress"] * AT_ONCE == [service.job_group(group).status for group in running]
    assert "Created" == service.job_group(waiting).status
    os.kill(pids[0], signal.SIGKILL)
    assert "Complete" == ended(service, waiting).status


def test_closing_stops_what_runs_and_the_next_start_runs_it_again(make: Make, output_dir: Path) -> None:
    service = make()
    running = [_run(service, WAITS_ONCE) for _ in range(AT_ONCE)]
    waiting = _run(service, WORKS)
    pids = [pid_of_worker(output_dir, group_id) for group_id in running]
    service.close()
    assert all(map(_is_gone, pids))
    assert ["InProgress"] * AT_ONCE == [service.job_group(group).status for group in running]
    assert [0] * AT_ONCE == [service.job_group(group).runs for group in running]
    assert "Created" == service.job_group(waiting).status
    assert not list((output_dir / "running").glob("*.1"))

    next_one = make()
    next_one.start()
    assert "Complete" == ended(next_one, waiting).status


@pytest.mark.rule("P-JOB-2")
def test_they_begin_in_the_order_they_came_and_two_receivers_run_none_twice(
    make: Make, output_dir: Path
) -> None:
    one = make()
    groups = [_run(one, WORKS) for _ in range(8)]
    other = make()
    other.start()
    began = [ended(one, group).started_ns or 0 for group in groups]
    # Four run at the same time, so that a neighbour may be a moment earlier.
    assert all(began[number] <= began[number + 4] for number in range(4)), began
    assert [1] * 8 == [one.job_group(group).runs for group in groups]
    eventually(lambda: not list((output_dir / "running").iterdir()))


def test_a_group_that_another_receiver_runs_can_be_cancelled(make: Make, output_dir: Path) -> None:
    runs_it, cancels_it = make(), make()
    group_id = _run(runs_it, WAITS)
    pid = pid_of_worker(output_dir, group_id)
    assert cancels_it.cancel(group_id)
    eventually(lambda: _is_gone(pid))
    eventually(lambda: not list((output_dir / "running").iterdir()))
    group = runs_it.job_group(group_id)
    assert ("Canceled", None) == (group.status, group.error)


def test_another_process_that_starts_leaves_a_running_job_alone(make: Make, output_dir: Path) -> None:
    service = make()
    group_id = _run(service, WAITS)
    pid = pid_of_worker(output_dir, group_id)
    make().start()
    assert "InProgress" == service.job_group(group_id).status
    assert not _is_gone(pid)


RECEIVER = """
import sys, threading
from pathlib import Path
from hookproof.clock import system_clock
from hookproof_receiver.platform.folders import Folders
from hookproof_receiver.platform.process import Process
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.running import Running
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.platform import Recipe, Step
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.database import open_engine

engine, output_dir = open_engine(sys.argv[1]), Path(sys.argv[2])
steps = (Step("wrangle", "job_steps:waits_once"), Step("profile", "job_steps:works"))
recipes = {
    8: Recipe(8, "waits once", steps),
    10: Recipe(10, "forks", (Step("wrangle", "job_steps:forks_and_waits"),)),
}
service = PlatformService(engine, Tokens(b"k" * 32), output_dir, recipes=recipes)
print(service.run_job(RunJob(int(sys.argv[3]))).id, flush=True)
threading.Event().wait()
"""


def _killed_while_it_runs(recipe: int, engine: Engine, output_dir: Path) -> tuple[int, int]:
    """A group, and the process whose number it wrote down, of a receiver that was killed."""
    receiver = subprocess.Popen(
        [sys.executable, "-c", RECEIVER, str(engine.url), str(output_dir), str(recipe)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with receiver:
        assert receiver.stdout is not None
        group_id = int(receiver.stdout.readline())
        pid = pid_of_worker(output_dir, group_id)
        receiver.kill()
    return group_id, pid


def test_a_receiver_that_is_killed_takes_along_what_its_jobs_started(
    engine: Engine, output_dir: Path, steps: None
) -> None:
    _, child = _killed_while_it_runs(FORKS_AND_WAITS, engine, output_dir)
    eventually(lambda: _is_gone(child), 20)


@pytest.mark.rule("P-JOB-10")
def test_a_receiver_that_is_killed_takes_its_workers_along_and_the_next_one_runs_the_job_again(
    make: Make, engine: Engine, output_dir: Path
) -> None:
    group_id, worker = _killed_while_it_runs(WAITS_ONCE, engine, output_dir)
    eventually(lambda: _is_gone(worker))
    service = make()
    assert "InProgress" == service.job_group(group_id).status
    service.start()
    group = ended(service, group_id)
    assert ("Complete", None, 2) == (group.status, group.error, group.runs)
    assert ["out.txt"] == [file.name for file in service.outputs(group_id)]
    assert 1 == group.row_count


def test_a_worker_loads_neither_flask_nor_the_database() -> None:
    """One starts for each job: it has to be quick."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, hookproof_receiver.platform.worker; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"flask", "werkzeug", "sqlalchemy", "pydantic", "click"} & set(loaded)


def test_a_forked_process_runs_groups_of_its_own(make: Make) -> None:
    service = make()
    ended(service, _run(service, WORKS))  # the threads have begun, and are idle

    def runs_one() -> bool:
        status = ended(service, _run(service, WORKS)).status
        service.close()
        return status == "Complete"

    assert holds_in_a_child(runs_one)


@pytest.mark.rule("P-JOB-9")
@pytest.mark.parametrize(
    ("recipe", "end"),
    [
        pytest.param(
            FORKS_AND_LEAVES,
            ("Failed", "its process ended with 0 before it was done"),
            id="that ends early",
        ),
        pytest.param(FORKS_AND_WORKS, ("Complete", None), id="that is done"),
    ],
)
def test_what_a_job_started_ends_with_it(
    make: Make, output_dir: Path, recipe: int, end: tuple[str, str | None]
) -> None:
    service = make()
    group = ended(service, _run(service, recipe))
    assert end == (group.status, group.error)
    child = pid_of_worker(output_dir, group.id)
    eventually(lambda: _is_gone(child), 20)


@pytest.mark.rule("P-JOB-6")
def test_what_a_job_started_ends_where_it_is_cancelled(make: Make, output_dir: Path) -> None:
    service = make()
    group_id = _run(service, FORKS_AND_WAITS)
    child = pid_of_worker(output_dir, group_id)
    service.cancel(group_id)
    eventually(lambda: _is_gone(child), 20)


def test_a_daemon_that_a_job_made_is_neither_waited_for_nor_ended(make: Make, output_dir: Path) -> None:
    service = make()
    group = ended(service, _run(service, HAS_A_DAEMON))
    child = pid_of_worker(output_dir, group.id)
    try:
        assert not _is_gone(child)
        assert ("Failed", "its process ended with 0 before it was done") == (group.status, group.error)
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_thread_that_a_job_left_is_not_waited_for_beyond_the_limit(make: Make) -> None:
    service = make(time_limit_s=1.5)
    group = ended(service, _run(service, LINGERS))
    assert ("Failed", "it took longer than 1.5 s") == (group.status, group.error)


def test_a_group_that_ends_between_being_found_and_taken_keeps_its_output(
    engine: Engine, make: Make, output_dir: Path
) -> None:
    service = make()
    group = ended(service, _run(service, WORKS))

    class FoundEarlier(RunningStore):
        def unfinished(self) -> list[int]:
            return [group.id]

    late = Running(
        FoundEarlier(engine, lambda _connection, _group: None),
        Folders(output_dir),
        system_clock,
        recipes=RECIPES,
        time_limit_s=5,
        ended=lambda: None,
    )
    process = Process(0, late.take)
    # Its lock is free once whoever ran it has gone on, which is soon after the end is written down.
    eventually(lambda: not (output_dir / "running" / f"{group.id}.lock").exists())
    assert not late.take(process)
    assert ["out.txt"] == [file.name for file in service.outputs(group.id)]
