"""Reading a plan: TOML or JSON with our keys, or the platform's own record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import FileProblems, Problem, problems_of

from ..tasks import HttpTask, load_task
from ..tasks.file import read_record
from .plan import Plan
from .platform_record import put
from .record import PlanRecord
from .structure import problems_in

_STANDS_FOR_A_BAD_ONE = HttpTask(method="get", url="http://unread.invalid/")


def load_plan(path: Path | str) -> Plan:
    """Read the plan in a file.

    Raises:
        BadConfiguration: the file cannot be read.
        FileProblems: it, or a task's file that it names, is wrong: every problem at once.
    """
    path = Path(path)
    return plan_from(read_record(path, of="plan"), source=str(path), folder=path.parent)


def plan_from(record: Any, *, source: str, folder: Path | None = None) -> Plan:
    """Make a plan of a record.

    Args:
        record: as it was parsed, in our keys or the platform's.
        source: what to call it in a problem: the file's path.
        folder: where the files that it names lie; None for the working directory.

    Raises:
        FileProblems: something in it is wrong: every problem at once.
    """
    plan, problems = _read(record, folder)
    del record  # a traceback may show locals, and a secret may stand in it
    if plan is None:
        raise FileProblems(source, problems)
    return plan


def _read(record: Any, folder: Path | None) -> tuple[Plan | None, list[Problem]]:
    if not isinstance(record, Mapping):
        return None, [Problem("", "a plan is one record: { name = …, nodes = […], edges = […] }")]
    moved = put(record)
    problems = _read_tasks(moved.record, folder)
    found: PlanRecord | None = None
    try:
        found = PlanRecord.model_validate(moved.record, context={"folder": folder})
    except ValidationError as error:
        problems += [
            replace(problem, key=problem.key.removesuffix(".[key]"))
            for problem in problems_of(error, PlanRecord)
        ]
    problems = [replace(one, key=moved.place(one.key)) for one in problems]
    problems += [*problems_in(moved.record, moved.place), *moved.problems]
    return (None if problems or found is None else found.plan()), problems


def _read_tasks(record: dict[str, Any], folder: Path | None) -> list[Problem]:
    """Put the tasks in the place of their files' names."""
    nodes = record.get("nodes")
    if not isinstance(nodes, list):
        return []
    problems: list[Problem] = []
    for number, node in enumerate(nodes):
        name = node.get("httpTask") if isinstance(node, Mapping) else None
        if not isinstance(name, str):
            continue
        task = _STANDS_FOR_A_BAD_ONE
        try:
            task = load_task((folder or Path()) / name)
        except FileProblems as wrong:
            problems += [
                Problem(f"nodes[{number}].httpTask", f"{name}: {one}") for one in wrong.problems
            ]
        except BadConfiguration as wrong:
            problems.append(Problem(f"nodes[{number}].httpTask", str(wrong)))
        except ValueError:  # as Python says it of a NUL, or of half a surrogate pair
            problems.append(Problem(f"nodes[{number}].httpTask", "no file can have this name"))
        nodes[number] = {**node, "httpTask": task}
    return problems
