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
    scheme_option,
    secret_options,
)


@command("sign", example="hookproof sign --body order.json --secret-env HTTP_TASK_SECRET")
@body_option
@secret_options
@scheme_option
@click.option("--message-id", help="The id to sign, where the scheme has one; else one is made.")
@click.option("--at", type=TIME, help="Sign as if it were this time.")
@json_option
def sign(
    body: str,
    secret_env: str | None,
    secret_file: Path | None,
    scheme: str,
    message_id: str | None,
    at: int | None,
    as_json: bool,
) -> None:
    """Sign a body: print the headers to send with these very bytes."""
    clock = system_clock if at is None else lambda: at
    signer = Signer(scheme, secrets=needed_secret(secret_env, secret_file), clock=clock)
    headers = signer.sign(read_body(body), message_id=message_id)
    if as_json:
        answer_json({"scheme": signer.scheme.name, "headers": headers})
        return
    for name, value in headers.items():
        answer(f"{name}: {value}")
