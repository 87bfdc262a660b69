"""`hookproof sign`."""

from __future__ import annotations

from pathlib import Path

import click

from hookproof import Signer
from hookproof.clock import system_clock

from ..command_line import (
    TIME,
    answer,
    answer_json,
    body_option,
    command,
    json_option,
    needed_secret,
    read_body,
    secret_options,
)


@command("sign", example="hookproof sign --body order.json --secret-env HTTP_TASK_SECRET")
@body_option
@secret_options
@click.option("--scheme", default="http-task", show_default=True, help="How messages are signed.")
@click.option("--at", type=TIME, help="Sign as if it were this time.")
@json_option
def sign(
    body: str,
    secret_env: str | None,
    secret_file: Path | None,
    scheme: str,
    at: int | None,
    as_json: bool,
) -> None:
    """Sign a body: print the headers to send with these very bytes."""
    clock = system_clock if at is None else lambda: at
    signer = Signer(scheme, secrets=needed_secret(secret_env, secret_file), clock=clock)
    headers = signer.sign(read_body(body))
    if as_json:
        answer_json({"scheme": signer.scheme.name, "headers": headers})
        return
    for name, value in headers.items():
        answer(f"{name}: {value}")
