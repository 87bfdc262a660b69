"""A job group ends as what it came to, also when a process dies under it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.forking import holds_in_a_child
from tests.receiver.bare_server import eventually

from hookproof_receiver.platform import Recipe, Step
from hookproof_receiver.platform.job_group import JobGroup
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.service import AT_ONCE, PlatformService
from hookproof_receiver.tokens import Tokens

STEPS = """
import os, signal, sys, threading

def works(run):
    print("a step may print")
    (run.folder / "out.txt").write_text("done")

def breaks(run):
    raise ValueError("column 7 is missing \\ud800")

def is_killed(run):
    os.kill(os.getpid(), signal.SIGKILL)

def leaves(run):
    os._exit(0)

def exits(run):
    sys.exit(3)

def pid_file(run):
    return run.data / f"{run.folder.stem}.pid"

def waits(run):
    run.progress(3, 4)
    (run.data / "pid.part").write_text(str(os.getpid()))
    (run.data / "pid.part").rename(pid_file(run))
    threading.Event().wait()

def waits_once(run):
    "Is done where somebody ran it before."
    if not pid_file(run).exists():
        waits(run)
    works(run)
    run.wrote("out.txt", rows=1)
"""

NAMES = ["works", "breaks", "is_killed", "leaves", "exits", "waits", "is_nowhere", "waits_once"]
WORKS, BREAKS, IS_KILLED, LEAVES, EXITS, WAITS, IS_NOWHERE, WAITS_ONCE = range(1, 9)
SECOND_BREAKS = 9

RECIPES = {
    number: Recipe(
        number, name, (Step("wrangle", f"job_steps:{name}"), Step("profile", "job_steps:works"))
    )
    for number, name in enumerate(NAMES, start=1)
} | {
    SECOND_BREAKS: Recipe(
        SECOND_BREAKS,
        "second breaks",
        (Step("wrangle", "job_steps:works"), Step("profile", "job_steps:breaks")),
    )
}

Make = Callable[..., PlatformService]


@pytest.fixture(autouse=True)
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps, where a worker's Python finds them."""
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "job_steps.py").write_text(STEPS)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture
def make(engine: Engine, tokens: Tokens, output_dir: Path) -> Iterator[Make]:
    made: list[PlatformService] = []

    def make(time_limit_s: float = 60) -> PlatformService:
        service = PlatformService(
            engine, tokens, output_dir, recipes=RECIPES, time_limit_s=time_limit_s
        )
        made.append(service)
        return service

    yield make
    for service in made:
        service.close()


def _run(service: PlatformService, recipe: int) -> int:
    group = service.run_job(RunJob(recipe))
    assert group is not None
    return group.id


def _ended(service: PlatformService, group_id: int) -> JobGroup:
    def look() -> JobGroup | None:
        group = service.job_group(group_id)
        return group if group.status in {"Complete", "Failed", "Canceled"} else None

    return eventually(look)


def _pid(output_dir: Path, group_id: int) -> int:
    """Of the worker that waits, once it does."""
    file = output_dir / "data" / f"{group_id}.pid"
    eventually(file.exists)
    return int(file.read_text())


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_job_that_works_is_complete(make: Make, output_dir: Path) -> None:
    service = make()
    group = _ended(service, _run(service, WORKS))
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
    group = _ended(service, _run(service, recipe))
    assert "Failed" == group.status
    assert jobs == [job.status for job in group.jobs]
    assert error in (group.error or "")


def test_a_worker_that_is_killed_from_outside_is_failed(make: Make, output_dir: Path) -> None:
    service = make()
    group_id = _run(service, WAITS)
    os.kill(_pid(output_dir, group_id), signal.SIGKILL)
    assert "its process was killed by signal 9" == _ended(service, group_id).error


def test_a_job_that_takes_too_long_is_ended(make: Make) -> None:
    service = make(time_limit_s=0.5)
    assert "it took longer than 0.5 s" == _ended(service, _run(service, WAITS)).error


def test_only_so_many_run_at_once_and_the_next_one_waits(make: Make, output_dir: Path) -> None:
    service = make()
    running = [_run(service, WAITS) for _ in range(AT_ONCE)]
    waiting = _run(service, WORKS)
    pids = [_pid(output_dir, group_id) for group_id in running]
    assert ["InProgress"] * AT_ONCE == [service.job_group(group).status for group in running]
    assert "Created" == service.job_group(waiting).status
    os.kill(pids[0], signal.SIGKILL)
    assert "Complete" == _ended(service, waiting).status


def test_closing_stops_what_runs_and_the_next_start_runs_it_again(make: Make, output_dir: Path) -> None:
    service = make()
    running = [_run(service, WAITS_ONCE) for _ in range(AT_ONCE)]
    waiting = _run(service, WORKS)
    pids = [_pid(output_dir, group_id) for group_id in running]
    service.close()
    assert all(map(_is_gone, pids))
    assert ["InProgress"] * AT_ONCE == [service.job_group(group).status for group in running]
    assert [0] * AT_ONCE == [service.job_group(group).runs for group in running]
    assert "Created" == service.job_group(waiting).status
    assert not list((output_dir / "running").glob("*.1"))

    next_one = make()
    next_one.start()
    assert "Complete" == _ended(next_one, waiting).status


def test_another_process_that_starts_leaves_a_running_job_alone(make: Make, output_dir: Path) -> None:
    service = make()
    group_id = _run(service, WAITS)
    pid = _pid(output_dir, group_id)
    make().start()
    assert "InProgress" == service.job_group(group_id).status
    assert not _is_gone(pid)


RECEIVER = """
import sys, threading
from pathlib import Path
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.platform import Recipe, Step
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.database import open_engine

engine, output_dir = open_engine(sys.argv[1]), Path(sys.argv[2])
steps = (Step("wrangle", "job_steps:waits_once"), Step("profile", "job_steps:works"))
recipes = {8: Recipe(8, "waits once", steps)}
service = PlatformService(engine, Tokens(b"k" * 32), output_dir, recipes=recipes)
print(service.run_job(RunJob(8)).id, flush=True)
threading.Event().wait()
"""


def test_a_receiver_that_is_killed_takes_its_workers_along_and_the_next_one_runs_the_job_again(
    make: Make, engine: Engine, output_dir: Path
) -> None:
    receiver = subprocess.Popen(
        [sys.executable, "-c", RECEIVER, str(engine.url), str(output_dir)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with receiver:
        assert receiver.stdout is not None
        group_id = int(receiver.stdout.readline())
        worker = _pid(output_dir, group_id)
        receiver.kill()
    eventually(lambda: _is_gone(worker))
    service = make()
    assert "InProgress" == service.job_group(group_id).status
    service.start()
    group = _ended(service, group_id)
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
    _ended(service, _run(service, WORKS))  # the threads have begun, and are idle

    def runs_one() -> bool:
        status = _ended(service, _run(service, WORKS)).status
        service.close()
        return status == "Complete"

    assert holds_in_a_child(runs_one)
