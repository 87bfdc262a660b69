"""`hookproof task`: what can be said of a task without sending it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from hookproof_runtime.command_line import (
    Exit,
    answer,
    answer_json,
    command,
    json_option,
    note,
    printable,
)

from ..tasks.lint import Finding, lint_file
from ..tasks.schema import task_schema


@click.group()
def task() -> None:
    """Task files: what is worth mending in one, and their JSON Schema."""


@command("lint", example="hookproof task lint tell-the-shop.toml")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(dir_okay=False, path_type=Path)
)
@click.option("--strict", is_flag=True, help="A warning counts as an error.")
@json_option
def lint(files: tuple[Path, ...], strict: bool, as_json: bool) -> int:
    """Say what is worth mending in task files. Nothing is sent, and no name is resolved.

    A task with an error is not sent; one with a warning is, and may not do what was meant.
    Exit code: 0 without an error, else 1.
    """
    found = [(file, lint_file(file)) for file in files]
    levels = [_level(finding, strict) for _, findings in found for finding in findings]
    errors, warnings = levels.count("error"), levels.count("warning")
    if as_json:
        documents = [_document(file, findings, strict) for file, findings in found]
        answer_json({"files": documents, "errors": errors, "warnings": warnings})
    else:
        for file, findings in found:
            _print(file, findings, strict)
        note(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    return Exit.NO if errors else Exit.DONE


@command("schema", example="hookproof task schema > task.schema.json")
def schema() -> None:
    """Print the JSON Schema of task files, for an editor.

    In TOML an editor finds it by a first line such as `#:schema ./task.schema.json`.
    """
    answer(json.dumps(task_schema(), indent=2, ensure_ascii=False))


def _level(finding: Finding, strict: bool) -> str:
    return "error" if strict else finding.level


def _print(file: Path, findings: Iterable[Finding], strict: bool) -> None:
    name = printable(str(file))
    for one in findings:
        where = f"{name}: {printable(one.key)}" if one.key else name
        cure = f"; {one.cure}" if one.cure else ""
        answer(printable(f"{where}: {_level(one, strict)}: {one.sentence}{cure} [{one.code}]"))
    if not findings:
        answer(f"{name}: nothing to mend")


def _document(file: Path, findings: Iterable[Finding], strict: bool) -> dict[str, Any]:
    return {
        "file": str(file),
        "findings": [
            {
                "code": one.code,
                "level": _level(one, strict),
                "key": one.key,
                "sentence": one.sentence,
                "cure": one.cure or None,
            }
            for one in findings
        ],
    }


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


task.add_command(lint)
task.add_command(schema)
