"""`hookproof explain`."""

from __future__ import annotations

from pathlib import Path

import click

from hookproof import Verifier
from hookproof.clock import system_clock
from hookproof.explain import Explanation, explain_bundle

from ..command_line import (
    Exit,
    answer,
    answer_json,
    command,
    json_option,
    judging_options,
    note,
    read_request,
    request_options,
    ring_of,
    ring_options,
    secrets_at,
)


@command("explain", example="hookproof explain --request refused.http --secret-env HTTP_TASK_SECRET")
@click.argument("file", required=False)
@request_options
@ring_options
@click.option(
    "--also-secret-env",
    multiple=True,
    metavar="NAME",
    help="Another secret that the sender may have used; may be given again.",
)
@click.option(
    "--scheme", metavar="NAME", help="How it should be signed; http-task, or what a bundle says."
)
@judging_options
@json_option
@click.pass_context
def explain(
    ctx: click.Context,
    file: str | None,
    request: str | None,
    body: str | None,
    headers: tuple[str, ...],
    secret_env: tuple[str, ...],
    secret_file: tuple[Path, ...],
    also_secret_env: tuple[str, ...],
    scheme: str | None,
    tolerance: float,
    at: int | None,
    as_json: bool,
) -> None:
    """Say why a request is refused: the first line is the cause.

    FILE is the same as --request FILE. Exit code 0: it is valid. 1: refused, and a cause was found.
    4: refused, and no cause was found.
    """
    if file and request:
        raise click.UsageError("give FILE or --request, not both")
    given = read_request(file or request, headers, body)
    for text in given.notes:
        note(text)
    also = secrets_at(also_secret_env, ())
    moment = given.received_ns if at is None else at
    bundle = given.bundle
    if bundle is not None and given.body is None:
        explanation = explain_bundle(bundle)
    else:
        verifier = Verifier(
            scheme or (bundle.scheme if bundle else "http-task"),
            secrets=ring_of(secret_env, secret_file),
            tolerance=tolerance,
            clock=system_clock if moment is None else lambda: moment,
        )
        explanation = verifier.explain(given.body or b"", given.headers, also=also)
        if bundle is not None:
            explanation = explain_bundle(bundle, given.body, explanation)
    _print(explanation, as_json)
    ctx.exit(_exit_code(explanation))


def _print(explanation: Explanation, as_json: bool) -> None:
    if as_json:
        answer_json(explanation.as_json())
    else:
        answer(str(explanation))


def _exit_code(explanation: Explanation) -> Exit:
    if explanation.verdict == "valid":
        return Exit.DONE
    return Exit.NO if explanation.findings else Exit.UNDECIDED
