"""The plans that the settings name: which id is which file, and all that keeps one from being run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hookproof.errors import BadConfiguration
from hookproof_runtime.task_runner import TaskRunner


def read_plans(runner: TaskRunner, files: Sequence[Path]) -> tuple[dict[int, Path], list[str]]:
    """The file of each plan by the plan's id, and a sentence for each problem."""
    by_id: dict[int, Path] = {}
    problems = []
    for file in files:
        try:
            plan_id = runner.plan(file).id
        except BadConfiguration as wrong:
            problems += str(wrong).splitlines()
            continue
        if plan_id is None:
            problems.append(f"{file}: a plan that the API runs needs an id, such as id = 7")
        elif by_id.setdefault(plan_id, file) != file:
            problems.append(f"{file}: the id {plan_id} is that of {by_id[plan_id]} already")
    return by_id, problems
