"""Reading a task: the platform's JSON record, its plan node, or TOML with the same keys."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import FileProblems, Problem, Table, problems_of

from .record import HttpTask, TaskName

LARGEST = 64 * 1024**2
"""Bytes of a task's or a plan's file: a plan may name a device as a task's, and that has no end."""


class PlanNode(Table):
    """A node of a plan, as the platform keeps it, with the task in it."""

    id: int | str | None = None
    handle: str | None = None
    name: TaskName | None = None
    taskType: Literal["http"] = "http"
    httpTask: HttpTask


def load_task(path: Path | str) -> HttpTask:
    """Read the HTTP task in a file.

    Raises:
        BadConfiguration: the file cannot be read.
        FileProblems: something in it is wrong: every problem at once.
    """
    path = Path(path)
    return task_from(read_record(path), source=str(path), folder=path.parent)


def read_record(path: Path, *, of: str = "task") -> Any:
    """Read what a file holds, whether or not that is what it should be.

    Args:
        of: what it should be, for a problem's sentence.

    Raises:
        BadConfiguration: the file cannot be read.
        FileProblems: it is neither JSON nor TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BadConfiguration(f"the {of}'s file {path} has more than {LARGEST} bytes")
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadConfiguration(f"the {of}'s file {path} cannot be read: {reason}") from error
    try:
        return _parse(text, path)
    finally:
        del text, data  # a traceback may show locals, and a secret may stand in it


def task_from(record: Any, *, source: str, folder: Path | None = None) -> HttpTask:
    """Make a task of a record, or of a plan node that holds one.

    Args:
        record: as it was parsed.
        source: what to call it in a problem: the file's path.
        folder: where its `secretKeyFile` starts from; None for the working directory.

    Raises:
        FileProblems: something in it is wrong: every problem at once.
    """
    if not isinstance(record, Mapping):
        del record
        raise FileProblems(source, [Problem("", 'a task is one record: { "method": …, "url": … }')])
    in_a_node = not {"httpTask", "taskType"}.isdisjoint(record)
    model: type[Table] = PlanNode if in_a_node else HttpTask
    try:
        found = model.model_validate(record, context={"folder": folder})
    except ValidationError as error:
        # pydantic marks a wrong key of a mapping with a step of its own
        problems = [
            replace(problem, key=problem.key.removesuffix(".[key]"))
            for problem in problems_of(error, model)
        ]
        raise FileProblems(source, problems) from None
    finally:
        del record
    if isinstance(found, PlanNode):
        task = found.httpTask
        named = found.name is not None and "name" not in task.model_fields_set
        return task.model_copy(update={"name": found.name}) if named else task
    assert isinstance(found, HttpTask)
    return found


def _parse(text: str, path: Path) -> Any:
    as_json = path.suffix == ".json" or text.lstrip().startswith("{")
    try:
        return json.loads(text, object_pairs_hook=_once) if as_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        form = "JSON" if as_json else "TOML"
        raise FileProblems(path, [Problem("", f"this is not {form}: {error}")]) from None
    finally:
        del text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(name for name, _ in pairs if [key for key, _ in pairs].count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return record
