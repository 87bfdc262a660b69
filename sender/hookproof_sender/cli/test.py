"""`hookproof test`: the platform's Test button."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from hookproof.clock import to_text
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

from ..app import Sender
from ..targets import Policy
from ..tasks import HttpTask
from ..wire import Attempt
from .advice import advise
from .answers import platform_message
from .exchange import SHOWN, answer_lines, exchange_document, request_lines, timings_line
from .foreground import until_done
from .lines import attempt_line, start_line
from .options import sending_options, task_of, task_options
from .rendering import rendered, strict_option


@command("test", example="hookproof test tell-the-shop.toml --allow-loopback")
@task_options
@strict_option
@sending_options
@config_option("sender")
@json_option
def test(
    task: str,
    data: str | None,
    method: str | None,
    headers: tuple[str, ...],
    insecure: bool,
    secret_env: str | None,
    secret_file: Path | None,
    strict: bool,
    policy: Policy,
    deadline: float,
    time_unit: Literal["ms", "s"],
    scheme: str,
    as_json: bool,
) -> int:
    """Send a task once and say how it went: no retry, no GUID.

    Exit code: 0 if it was answered 200 to 299, else 1.
    """
    what = task_of(task, data, method, headers, insecure, secret_env, secret_file)
    what = rendered(what, strict=strict).task
    if what.note:
        note(f"note: {what.note}")
    say = note if as_json else answer
    sender = Sender(
        policy=policy,
        deadline=deadline,
        scheme=scheme,
        time_unit=time_unit,
        on_start=lambda start: say(
            start_line(start, what, loopback_allowed=policy.allow_loopback, of=1)
        ),
    )
    attempt, interrupted = until_done(sender, lambda: sender.test(what))
    if as_json:
        answer_json(_document(attempt, what))
    else:
        _print(attempt)
    if interrupted and attempt.cause == "interrupted":
        return Exit.INTERRUPTED
    return Exit.DONE if attempt.succeeded else Exit.NO


def _print(attempt: Attempt) -> None:
    for line in request_lines(attempt):
        answer(line)
    answer(attempt_line(attempt))
    for line in answer_lines(attempt):
        answer(line)
    answer(timings_line(attempt))
    if (message := platform_message(attempt)) is not None:
        answer(f"the platform says: {printable(message[:SHOWN])}")
    if (advice := advise(attempt)) is not None:
        answer(printable(advice))
    answer("the test succeeded" if attempt.succeeded else "the test failed")


def _document(attempt: Attempt, task: HttpTask) -> dict[str, Any]:
    return {
        "statusCode": attempt.status,
        "error": None if attempt.succeeded else attempt.sentence,
        "task": task.name,
        "cause": attempt.cause,
        "started_at": to_text(attempt.started_ns),
        "duration_s": round(attempt.duration_s, 6),
        "signed": attempt.signed,
        "loopback_allowed": attempt.loopback_allowed,
        "tls_verified": attempt.tls_verified,
        "warning": attempt.warning,
        **exchange_document(attempt),
        "platform_says": platform_message(attempt),
        "advice": advise(attempt),
    }
