"""`hookproof plan run`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from hookproof.errors import BadConfiguration
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

from ...plans import load_plan
from ...plans.overrides import parse_override
from ...plans.running import Event, PlanRun, PlanRunner, RunState
from ..foreground import until_done
from ..sending import Sending, sender_options
from .documents import event_document, run_document
from .events import event_line
from .summary import run_line, summary

_EXITS: dict[RunState, Exit] = {"complete": Exit.DONE, "failed": Exit.NO}
_NEWEST = "-"


@command(
    "run",
    example="hookproof plan run nightly.toml --override zj.maxRetries=0",
    summary="Run a plan, or go on with a run.",
)
@click.argument("plan", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--resume", is_flag=False, flag_value=_NEWEST, default=None, metavar="[run_…]",
    help="Go on with a run that has not ended, instead of PLAN.",
)  # fmt: skip
@click.option(
    "--override", "overrides", multiple=True, metavar="HANDLE.KEY=VALUE",
    help="Another value in this run, such as zj.url=…; may come again.",
)  # fmt: skip
@click.option(
    "--at-once", type=click.IntRange(1, 1000), default=10, show_default=True,
    help="Tasks under way at once.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="A reference that names nothing fails its task.")
@sender_options
@config_option("sender")
@json_option
@click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document an event; the run last.")
def run(
    plan: Path | None,
    resume: str | None,
    overrides: tuple[str, ...],
    at_once: int,
    strict: bool,
    sending: Sending,
    as_json: bool,
    as_lines: bool,
) -> int:
    """Run a plan: its tasks as its edges lead, branches beside each other.

    PLAN is a file: TOML or JSON, or the platform's own record. Exit code: 0 complete, 1 a task failed,
    4 it is not known how one ended. Ctrl-C leaves the run on record, and so does a crash:
    `hookproof plan run --resume` goes on with it.
    """
    if as_json and as_lines:
        raise click.UsageError("give --json or --jsonl, not both", click.get_current_context())
    if (plan is None) == (resume is None):
        raise click.UsageError(
            "give the plan's file, or --resume to go on with a run", click.get_current_context()
        )
    if resume is not None and overrides:
        raise click.UsageError(
            "a run goes on as it was begun: --override is for a new one", click.get_current_context()
        )
    sender = sending.sender()
    recorder = sender.plan_runner()
    if resume is not None:
        run_id = _unfinished(recorder) if resume == _NEWEST else resume
    else:
        assert plan is not None
        changes = [parse_override(text) for text in overrides]
        run_id = recorder.start(load_plan(plan), overrides=changes)
    begun = recorder.record(run_id)
    if begun is None:
        raise _no_such(run_id)
    showing, tell = _showing(begun, as_json=as_json, as_lines=as_lines)
    runner = sender.plan_runner(at_once=at_once, strict=strict, on_event=tell)
    with showing:
        ended, interrupted = until_done(sender, lambda: runner.run(run_id))
    if as_json or as_lines:
        document = run_document(ended)
        answer_json({"event": "run", **document} if as_lines else document)
    else:
        for line in summary(ended):
            answer(line)
    if interrupted and not ended.finished:
        return Exit.INTERRUPTED
    return _EXITS.get(ended.state, Exit.UNDECIDED)


def _showing(
    run: PlanRun, *, as_json: bool, as_lines: bool
) -> tuple[AbstractContextManager[object], Callable[[Event], None]]:
    """How what happens is shown: drawn in place on a terminal, else a line each."""
    if as_lines:
        return nullcontext(), lambda event: answer_json(event_document(event))
    if not as_json and sys.stdout.isatty():
        from .live import Live  # here: rich takes longer to import than most commands take

        live = Live(run)
        return live, live.tell
    say = note if as_json else answer
    return nullcontext(), lambda event: say(event_line(event))


def _unfinished(runner: PlanRunner) -> str:
    """The only run that has not ended and that nobody runs.

    Raises:
        BadConfiguration: there is none, or there are several.
    """
    found = [one for one in runner.unfinished() if not runner.is_held(one.id)]
    if not found:
        raise BadConfiguration(
            "no run is left to go on with: hookproof plan show lists those there are"
        )
    if len(found) > 1:
        for one in found:
            note(run_line(one))
        raise BadConfiguration(
            f"{len(found)} runs have not ended: say which, such as --resume {found[0].id}"
        )
    return found[0].id


def _no_such(run_id: str) -> BadConfiguration:
    return BadConfiguration(
        f"no run {printable(run_id)} is on record here: hookproof plan show lists those there are"
    )
