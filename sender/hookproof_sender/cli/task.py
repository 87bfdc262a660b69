"""`hookproof task`: what can be said of a task without sending it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hookproof_runtime.command_line import answer, command, config_option, json_option

from ..targets import Policy
from ..tasks.lint import lint_file
from ..tasks.schema import task_schema
from .findings import document, finish, objection, tell
from .options import target_options
from .render import render


@click.group()
def task() -> None:
    """Task files: what is worth mending in one, the request it means, and their JSON Schema."""


@command("lint", example="hookproof task lint tell-the-shop.toml")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(dir_okay=False, path_type=Path)
)
@click.option("--strict", is_flag=True, help="A warning counts as an error.")
@target_options
@config_option("sender")
@json_option
def lint(files: tuple[Path, ...], strict: bool, policy: Policy, as_json: bool) -> int:
    """Say what is worth mending in task files. Nothing is sent, and no name is resolved.

    A task with an error is not sent; one with a warning is, and may not do what was meant.
    Exit code: 0 without an error, else 1.
    """
    found = [(file, lint_file(file, lambda url: objection(policy, url))) for file in files]
    all_findings = [findings for _, findings in found]
    if as_json:
        documents = [document(file, findings, strict) for file, findings in found]
        return finish(all_findings, strict, {"files": documents})
    for file, findings in found:
        tell(file, findings, strict)
    return finish(all_findings, strict, None)


@command("schema", example="hookproof task schema > task.schema.json")
def schema() -> None:
    """Print the JSON Schema of task files, for an editor.

    In TOML an editor finds it by a first line such as `#:schema ./task.schema.json`.
    """
    answer(json.dumps(task_schema(), indent=2, ensure_ascii=False))


task.add_command(lint)
task.add_command(render)
task.add_command(schema)
