"""`hookproof send`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from hookproof.clock import to_text
from hookproof_runtime.command_line import (
    DURATION,
    Exit,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
)

from ..app import Run, Sender
from ..targets import Policy
from ..tasks import HttpTask
from ..wire import Attempt
from .foreground import until_done
from .lines import attempt_line, outcome_line, start_line
from .options import sending_options, task_and_secret, task_options

_ANSWER = 4096  # bytes of each answer's body in the JSON document
_EXITS = {"delivered": Exit.DONE, "failed": Exit.NO, "unknown": Exit.UNDECIDED}


@command(
    "send",
    example="hookproof send http://127.0.0.1:8080/hooks/demo --data '{}' "
    "--secret-file .hookproof/secret --allow-loopback",
)
@task_options
@click.option(
    "--max-retries", type=click.IntRange(0, 100), default=None, help="With a URL [default: 3]."
)
@click.option(
    "--retry-base", type=DURATION, default="1 s", show_default=True,
    help="The first delay's upper bound; it doubles.",
)  # fmt: skip
@click.option(
    "--retry-cap", type=DURATION, default="60 s", show_default=True, help="No delay is longer."
)
@sending_options
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
    max_retries: int | None,
    retry_base: float,
    retry_cap: float,
    policy: Policy,
    deadline: float,
    time_unit: Literal["ms", "s"],
    scheme: str,
    as_json: bool,
) -> int:
    """Execute an HTTP task: sign it, send it, and retry what fails.

    TASK is a file: the platform's JSON record, or TOML with the same keys. With a URL, the options
    describe the task. Exit code: 0 delivered, 1 failed after all retries, 4 not known.
    """
    what, secret = task_and_secret(
        task, data, method, headers, insecure, secret_env, secret_file, max_retries
    )
    if what.note:
        note(f"note: {what.note}")
    say = note if as_json else answer
    sender = Sender(
        policy=policy,
        deadline=deadline,
        scheme=scheme,
        time_unit=time_unit,
        retry_base=retry_base,
        retry_cap=retry_cap,
        on_start=lambda start: say(
            start_line(start, what, loopback_allowed=policy.allow_loopback, of=what.retries + 1)
        ),
        on_attempt=lambda attempt: say(attempt_line(attempt)),
    )
    run, interrupted = until_done(sender, lambda: sender.send(what, secret=secret))
    if as_json:
        answer_json(_document(run, what))
    else:
        answer(outcome_line(run, what, task))
    return Exit.INTERRUPTED if interrupted and run.outcome == "unknown" else _EXITS[run.outcome]


def _document(run: Run, task: HttpTask) -> dict[str, Any]:
    return {
        "task": task.name,
        "outcome": run.outcome,
        "guid": run.guid,
        "attempts": [_attempt(attempt) for attempt in run.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "status": attempt.status,
        "cause": attempt.cause,
        "started_at": to_text(attempt.started_ns),
        "duration_s": round(attempt.duration_s, 6),
        "retry_in_s": attempt.retry_in_s,
        "guid": attempt.guid,
        "signed": attempt.signed,
        "loopback_allowed": attempt.loopback_allowed,
        "tls_verified": attempt.tls_verified,
        "answer": attempt.answer[:_ANSWER].decode("utf-8", "replace"),
    }
