"""`hookproof plan check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hookproof_runtime.command_line import answer, command, config_option, json_option, printable

from ...plans import Plan
from ...plans.checking import check_file
from ...plans.reach import OUTPUT, flows_in_reach, names_in_reach
from ...targets import Policy
from ..findings import document, finish, objection, tell
from ..options import target_options


@command("check", example="hookproof plan check nightly.toml --names")
@click.argument(
    "files", nargs=-1, required=True, metavar="PLAN…", type=click.Path(dir_okay=False, path_type=Path)
)
@click.option("--strict", is_flag=True, help="A warning counts as an error.")
@click.option("--names", is_flag=True, help="Say which names the references of each node can have.")
@target_options
@config_option("sender")
@json_option
def check(files: tuple[Path, ...], strict: bool, names: bool, policy: Policy, as_json: bool) -> int:
    """Say what is worth mending in plans and their tasks. Nothing is sent, and no name is resolved.

    A plan with an error is not run; one with a warning is, and may not do what was meant.
    Exit code: 0 without an error, else 1.
    """
    found = [(file, *check_file(file, lambda url: objection(policy, url))) for file in files]
    all_findings = [findings for _, _, findings in found]
    if as_json:
        documents = [
            {**document(file, findings, strict), "nodes": _nodes(plan) if plan else []}
            for file, plan, findings in found
        ]
        return finish(all_findings, strict, {"plans": documents})
    for file, plan, findings in found:
        tell(file, findings, strict)
        if names and plan is not None:
            _tell_names(plan)
    return finish(all_findings, strict, None)


def _nodes(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "handle": node.handle,
            "name": node.name,
            "names": names_in_reach(plan, node.handle),
            "outputs_of": flows_in_reach(plan, node.handle),
        }
        for node in plan.nodes
    ]


def _tell_names(plan: Plan) -> None:
    """A line for each node in reach, its names behind it."""
    for node in plan.nodes:
        answer(printable(f"{node.handle}  {node.name}"))
        by_root: dict[str, list[str]] = {}
        for name in names_in_reach(plan, node.handle):
            root, _, rest = name.partition(".")
            by_root.setdefault(root, []).append(f".{rest}")
        flows = {f"$flow_{handle}" for handle in flows_in_reach(plan, node.handle)}
        for root, names in by_root.items():
            if root in flows:
                names += [
                    "and its outputs by name:",
                    "['OUTPUT']" + " ".join(f".{one}" for one in OUTPUT),
                ]
            answer(f"    {root:<8}  {' '.join(names)}")
