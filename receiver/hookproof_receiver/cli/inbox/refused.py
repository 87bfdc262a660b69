"""`hookproof inbox refusals` and `hookproof inbox bundle`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hookproof import BadConfiguration
from hookproof_runtime.command_line import (
    answer,
    answer_json,
    clock_time,
    command,
    json_option,
    note,
    printable,
)

from ...app import Receiver
from ...refusals import Kept, RefusalStore
from ...refusals import bundle as bundle_of
from ..declared import SECRET_FILE, declare_first_try, declared, settings_under
from ..storage import opened
from .documents import refusal
from .files import write_private
from .opening import place_options, receiver_without_endpoints


@command(
    "refusals",
    example="hookproof inbox refusals --limit 5",
    summary="List the requests whose signature was refused.",
)
@place_options
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At the most."
)
@json_option
@click.pass_context
def refusals(ctx: click.Context, /, limit: int, as_json: bool, **flags: Any) -> None:
    """List the requests that were refused by their signature, newest first."""
    receiver = receiver_without_endpoints(ctx, flags)
    with opened(receiver.settings.database) as engine:
        records = RefusalStore(engine).records(limit)
    if as_json:
        answer_json({"refusals": [refusal(record) for record in records]})
        return
    for record in records:
        asked = f"{record.method} {record.endpoint}  {record.body_bytes} B"
        why = record.cause or record.sentence
        came = clock_time(record.received_ns // 1_000_000)
        answer(printable(f"{came}  {record.id}  {asked}  {record.code}: {why}"))
    if not records:
        note("no refused request is kept")


@command(
    "bundle",
    example="hookproof inbox bundle dlv_06C8V0ZB7Q0000000000000000 --out bundle.json",
    summary="Make a small file of a refused request, for explain.",
)
@click.argument("delivery", metavar="dlv_…")
@click.option("--with-body", is_flag=True, help="Put the body in: the file is then the whole request.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it there (0600), not to standard output.",
)
@place_options
@click.pass_context
def bundle(
    ctx: click.Context, /, delivery: str, with_body: bool, out: Path | None, **flags: Any
) -> None:
    """Make a failure bundle of a refused request: a small file for `hookproof explain`, elsewhere.

    It holds the headers that bear on the signature, the body's length and digest, and the causes that
    were found with the endpoint's secrets: no secret, no credential, and no body unless asked for.
    """
    receiver = declared(settings_under(ctx, flags))
    with opened(receiver.settings.database) as engine:
        kept = RefusalStore(engine).find(delivery)
    if kept is None:
        raise BadConfiguration(
            f"no refused request {delivery} is kept: `hookproof inbox refusals` lists those that are"
        )
    text = _bundle(kept, receiver, with_body)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_private(out, text.encode())
        note(f"written to {out}; to read it: hookproof explain {out}")
    if with_body:
        note("it holds the body, and so the whole request: for people who may see it")


def _bundle(kept: Kept, receiver: Receiver, with_body: bool) -> str:
    if not receiver.paths and SECRET_FILE.exists():
        declare_first_try(receiver)
    path, received_ns = kept.record.endpoint, kept.record.received_ns
    verifier = receiver.routes.verifier_at(path, lambda: received_ns)
    if verifier is None:
        raise BadConfiguration(
            f"no signed endpoint {path} is declared here: give --config or --app as "
            "`hookproof receive` had them"
        )
    return bundle_of(kept, verifier, with_body=with_body)
