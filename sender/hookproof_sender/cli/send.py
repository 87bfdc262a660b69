"""`hookproof send`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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

from ..app import Run
from ..tasks import HttpTask
from ..wire import not_done
from .attempt_document import attempt_document
from .foreground import until_done
from .lines import attempt_line, outcome_line, start_line
from .options import task_of, task_options
from .rendering import rendered, strict_option
from .sending import Sending, sender_options

_ANSWER = 4096  # bytes of each answer's body in the JSON document
_EXITS = {
    "delivered": Exit.DONE,
    "failed": Exit.NO,
    "cancelled": Exit.NO,
    "unknown": Exit.UNDECIDED,
}


@command(
    "send",
    example="hookproof send http://127.0.0.1:8080/hooks/demo --data '{}' "
    "--secret-file .hookproof/secret --allow-loopback",
)
@task_options
@strict_option
@click.option(
    "--max-retries", type=click.IntRange(0, 100), default=None, help="With a URL [default: 3]."
)
@click.option("--queue", is_flag=True, help="Record it for `hookproof work`, and do not wait.")
@sender_options
@config_option("sender")
@json_option
def send(
    task: str,
    data: str | None,
    method: str | None,
    headers: tuple[str, ...],
    insecure: bool,
    secret_env: str | None,
    secret_file: Path | None,
    strict: bool,
    max_retries: int | None,
    queue: bool,
    sending: Sending,
    as_json: bool,
) -> int:
    """Execute an HTTP task: record it, sign it, send it, and retry what fails.

    TASK is a file: the platform's JSON record, or TOML with the same keys. With a URL, the options
    describe the task. Exit code: 0 delivered, 1 failed after all retries, 4 not known.
    Ctrl-C leaves the message on record: `hookproof work` goes on with it.
    """
    what = task_of(task, data, method, headers, insecure, secret_env, secret_file, max_retries)
    what = rendered(what, strict=strict).task
    if what.note:
        note(f"note: {what.note}")
    say = note if as_json else answer
    loopback_allowed = sending.policy.allow_loopback
    sender = sending.sender(
        on_start=lambda start: say(
            start_line(start, what, loopback_allowed=loopback_allowed, of=what.retries + 1)
        ),
        on_attempt=lambda attempt: say(attempt_line(attempt)),
    )
    if queue:
        message_id = sender.outbox.enqueue(what)
        if as_json:
            answer_json({"task": what.name, "id": message_id, "outcome": "pending"})
        else:
            answer(f"{message_id}  {printable(what.name)}  recorded; hookproof work sends it")
        return Exit.DONE
    run, interrupted = until_done(sender, lambda: sender.send(what))
    if as_json:
        answer_json(_document(run, what))
    else:
        answer(outcome_line(run, what))
        if (warning := _warning(run)) is not None:
            note(f"warning: {warning}")
    return Exit.INTERRUPTED if interrupted and run.outcome == "unknown" else _EXITS[run.outcome]


def _document(run: Run, task: HttpTask) -> dict[str, Any]:
    return {
        "task": task.name,
        "outcome": run.outcome,
        "guid": run.guid,
        "id": run.id,
        "state": run.state,
        "warning": _warning(run),
        "attempts": [attempt_document(attempt) for attempt in run.attempts],
    }


def _warning(run: Run) -> str | None:
    """What the last answer says itself, where its status is good and it was not done all the same."""
    return not_done(run.attempts[-1]) if run.attempts else None
