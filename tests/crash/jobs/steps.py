"""A recipe whose output shows whether it is whole."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from hookproof_receiver.platform import Flow, Recipe, Run, Step

LINES = 3000


def write(run: Run) -> None:
    (run.data / f"{run.folder.name}.pid").write_text(str(os.getpid()))
    with (run.folder / "table.csv").open("w") as file:
        for number in range(LINES):
            file.write(f"{number},{hashlib.sha256(str(number).encode()).hexdigest()}\n")
            if number % 100 == 0:
                file.flush()
            run.progress(number + 1, LINES)
    _wait_where_held(run, "write")
    run.wrote("table.csv", LINES)


def count(run: Run) -> None:
    _wait_where_held(run, "count")
    content = (run.folder / "table.csv").read_bytes()
    found = {"sha256": hashlib.sha256(content).hexdigest()}
    (run.folder / "profile.json").write_text(json.dumps(found))


def _wait_where_held(run: Run, step: str) -> None:
    """A pipe of the step's name holds it, until somebody has opened it for writing and closed it."""
    with suppress(FileNotFoundError):
        (run.data / f"{step}.held").read_bytes()


def is_whole(folder: Path) -> bool:
    """Is that all of it?"""
    content = (folder / "table.csv").read_bytes()
    profile = json.loads((folder / "profile.json").read_text())
    return (
        profile["sha256"] == hashlib.sha256(content).hexdigest()
        and LINES == content.count(b"\n")
        and {"table.csv", "profile.json"} == {one.name for one in folder.iterdir()}
    )


STEPS = (
    Step("wrangle", "tests.crash.jobs.steps:write"),
    Step("profile", "tests.crash.jobs.steps:count"),
)
RECIPES = {1: Recipe(1, "Write and count", STEPS, Flow(1, "Only"))}
