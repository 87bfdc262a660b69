"""`hookproof task`: what can be said of a task without sending it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from hookproof_runtime.command_line import (
    Exit,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
    printable,
)

from ..targets import Policy
from ..tasks.lint import Finding, lint_file
from ..tasks.schema import task_schema
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
    found = [(file, lint_file(file, lambda url: _objection(policy, url))) for file in files]
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


def _objection(policy: Policy, url: str) -> str | None:
    """What is against a URL, as far as it can be known without resolving a name."""
    verdict = policy.judge_url(url)
    if verdict is None:
        parts = urlsplit(url)
        host, _ = policy.place(
            parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        )
        address = _literal(host)
        (verdict,) = policy.judge(url, [address]) if address else (None,)
    return verdict.sentence if verdict is not None and not verdict.permitted else None


def _literal(host: str) -> str | None:
    """The address that a host is, in whichever spelling; None where it is a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
    except OSError:
        return None


def _level(finding: Finding, strict: bool) -> str:
    return "error" if strict else finding.level


def _print(file: Path, findings: Iterable[Finding], strict: bool) -> None:
    name = printable(str(file))
    for one in findings:
        where = f"{name}: {printable(one.key)}" if one.key else name
        cure = f"; {one.cure}" if one.cure else ""
        sentence, *excerpt = one.sentence.split("\n")
        answer(printable(f"{where}: {_level(one, strict)}: {sentence}{cure} [{one.code}]"))
        for line in excerpt:
            answer(printable(line))
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
task.add_command(render)
task.add_command(schema)
