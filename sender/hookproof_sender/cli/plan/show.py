"""`hookproof plan show`."""

from __future__ import annotations

import click

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    TEXT,
    Exit,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
    printable,
)

from ...app import Sender
from ..options import database_option
from .documents import run_document
from .summary import gone_note, run_line, summary


@command(
    "show",
    example="hookproof plan show --json",
    summary="Show a run and each of its tasks, or list the runs.",
)
@click.argument("run_id", type=TEXT, metavar="[run_…]", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True,
    help="At the most, in the list.",
)  # fmt: skip
@database_option
@config_option("sender")
@json_option
def show(run_id: str | None, limit: int, database: str, as_json: bool) -> int:
    """Show a run of a plan: where each task stands and what each edge decided.

    Without an id it lists the runs, the newest first.
    """
    runner = Sender(database=database).plan_runner()
    if run_id is None:
        runs = runner.runs(limit)
        if as_json:
            answer_json({"runs": [run_document(one) for one in runs]})
        for one in () if as_json else runs:
            answer(run_line(one))
        if not runs:
            note("no run is on record: hookproof plan run makes one")
        return Exit.DONE
    found = runner.record(run_id)
    if found is None:
        raise BadConfiguration(
            f"no run {printable(run_id)} is on record here: hookproof plan show lists those there are"
        )
    held = runner.is_held(run_id)
    if as_json:
        answer_json({**run_document(found), "process_gone": not (found.finished or held)})
        return Exit.DONE
    for line in summary(found):
        answer(line)
    if found.state == "running":
        note(gone_note(found, held=held))
    return Exit.DONE
