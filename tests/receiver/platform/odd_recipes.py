"""Recipes that do what recipes should not, and short ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.receiver.bare_server import eventually

from hookproof_receiver.platform import Flow, Recipe, Step
from hookproof_receiver.platform.job_group import JobGroup
from hookproof_receiver.platform.service import PlatformService

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

def child_of(run, daemon=False):
    "A process that would outlive its parent, with all that this had open."
    pid = os.fork()
    if not pid:
        if daemon:
            os.setsid()
        threading.Event().wait(90)
        os._exit(0)
    (run.data / "pid.part").write_text(str(pid))
    (run.data / "pid.part").rename(pid_file(run))

def forks_and_waits(run):
    child_of(run)
    threading.Event().wait()

def forks_and_leaves(run):
    child_of(run)
    os._exit(0)

def forks_and_works(run):
    child_of(run)
    works(run)

def has_a_daemon(run):
    child_of(run, daemon=True)
    os._exit(0)

def oddly_named(run):
    (run.folder / os.fsdecode(b"\\xff")).write_text("1")

def lingers(run):
    works(run)
    threading.Thread(target=threading.Event().wait).start()
"""

NAMES = ["works", "breaks", "is_killed", "leaves", "exits", "waits", "is_nowhere", "waits_once"]
WORKS, BREAKS, IS_KILLED, LEAVES, EXITS, WAITS, IS_NOWHERE, WAITS_ONCE = range(1, 9)
(
    SECOND_BREAKS,
    FORKS_AND_WAITS,
    FORKS_AND_LEAVES,
    FORKS_AND_WORKS,
    HAS_A_DAEMON,
    LINGERS,
    ODDLY_NAMED,
) = range(9, 16)

SHORT = Flow(5, "Short ones")

RECIPES = {
    number: Recipe(
        number,
        name,
        (Step("wrangle", f"job_steps:{name}"), Step("profile", "job_steps:works")),
        SHORT if number == WORKS else Flow(6, "Odd ones"),
        {"region": "all"} if number == WORKS else {},
    )
    for number, name in enumerate(NAMES, start=1)
} | {
    SECOND_BREAKS: Recipe(
        SECOND_BREAKS,
        "second breaks",
        (Step("wrangle", "job_steps:works"), Step("profile", "job_steps:breaks")),
        SHORT,
    ),
    **{
        number: Recipe(number, name, (Step("wrangle", f"job_steps:{name}"),), Flow(6, "Odd ones"))
        for number, name in (
            (FORKS_AND_WAITS, "forks_and_waits"),
            (FORKS_AND_LEAVES, "forks_and_leaves"),
            (FORKS_AND_WORKS, "forks_and_works"),
            (HAS_A_DAEMON, "has_a_daemon"),
            (LINGERS, "lingers"),
            (ODDLY_NAMED, "oddly_named"),
        )
    },
}

Make = Callable[..., PlatformService]
"""Makes a service that runs `RECIPES`, with more of what it takes."""


def ended(service: PlatformService, group_id: int) -> JobGroup:
    """A group, once it has."""

    def look() -> JobGroup | None:
        group = service.job_group(group_id)
        return group if group.status in {"Complete", "Failed", "Canceled"} else None

    return eventually(look)


def pid_of_worker(output_dir: Path, group_id: int) -> int:
    """Of the worker that waits, once it does."""
    file = output_dir / "data" / f"{group_id}.pid"
    eventually(file.exists)
    return int(file.read_text())
