"""From a file or a record to all that is worth mending in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import FileProblems

from ..body import BODILESS
from ..file import read_record, task_from
from . import body, keys, references, target
from .draft import Draft, draft_of
from .findings import Finding

JudgeUrl = Callable[[str], str | None]
"""Says why a URL may not be sent to, and what would allow it; None where nothing is against it."""


def lint_file(path: Path | str, judge_url: JudgeUrl | None = None) -> list[Finding]:
    """Find what is worth mending in the task of a file, as `lint_record` does.

    A file that cannot be read, or holds no record, is one finding.
    """
    try:
        record = read_record(Path(path))
    except FileProblems as wrong:
        return [Finding("unreadable", one.key, one.sentence) for one in wrong.problems]
    except BadConfiguration as wrong:
        return [Finding("unreadable", "", str(wrong))]
    return lint_record(record, judge_url)


def lint_record(record: Any, judge_url: JudgeUrl | None = None) -> list[Finding]:
    """Find what is worth mending in a task, or in a plan's node that holds one: all of it at once.

    References are taken as they will be: any value is in their places.

    Args:
        record: as it was parsed.
        judge_url: where a request may go, without resolving a name; None leaves that out.
    """
    inner = record.get("httpTask") if isinstance(record, Mapping) else None
    refused = list(_refused(record))
    if isinstance(inner, Mapping):
        node = record.get("name")
        draft = draft_of(inner, node if isinstance(node, str) else "")
        worth = [replace(one, key=f"httpTask.{one.key}") for one in _worth_mending(draft, judge_url)]
    elif isinstance(record, Mapping) and "httpTask" not in record:
        worth = list(_worth_mending(draft_of(record), judge_url))
    else:
        worth = []
    return refused + worth


def _worth_mending(draft: Draft, judge_url: JudgeUrl | None) -> Iterator[Finding]:
    return chain(
        keys.findings(draft),
        target.findings(draft, judge_url),
        body.findings(draft),
        references.findings(draft),
    )


def _refused(record: Any) -> Iterator[Finding]:
    """What loading would refuse, but for a body where there is none."""
    try:
        task_from(_tidied(record), source="")
    except FileProblems as wrong:
        for problem in wrong.problems:
            yield Finding("refused", problem.key, problem.sentence)


def _tidied(record: Any) -> Any:
    if not isinstance(record, Mapping):
        return record
    tidied = dict(record)
    if isinstance(record.get("httpTask"), Mapping):
        tidied["httpTask"] = _tidied(record["httpTask"])
    if record.get("method") in BODILESS:
        tidied["body"] = ""
    return tidied
