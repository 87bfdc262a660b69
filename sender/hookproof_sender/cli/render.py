"""`hookproof task render`: the request that a task means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click

from hookproof.clock import system_clock
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
    scheme_option,
)
from hookproof_runtime.command_line.request.repeating import Repeatable

from ..outbox import Outbox, Terms
from ..outbox.signing import sign
from ..references import Metadata, alone
from ..targets import ConnectTo
from ..tasks import HttpTask, load_task
from ..wire import Request
from ..wire.request import Prepared
from .options import connect_to_option, time_unit_option
from .rendering import rendered, strict_option
from .repeat import FORMS, Form, print_repeatable


@command(
    "render",
    example="hookproof task render tell-the-shop.toml --as curl",
    summary="Show the request that a task means.",
)
@click.argument("file", metavar="TASK", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--metadata",
    "values",
    metavar="FILE.json",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What references read, on top of a plan of this task alone.",
)
@strict_option
@click.option("--signed", is_flag=True, help="Fetch the secret, and show the signature of now.")
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="curl, http: the request, to be made by hand.",
)
@connect_to_option
@scheme_option
@time_unit_option
@config_option("sender")
@json_option
def render(
    file: Path,
    values: Path | None,
    strict: bool,
    signed: bool,
    form: Form,
    connect_to: tuple[str, ...],
    scheme: str,
    time_unit: Literal["ms", "s"],
    as_json: bool,
) -> int:
    """Show the request that a task means, with values in the places of its references.

    Nothing is sent. Tokens and passwords are hidden (…): with --as curl each is a shell variable to be
    filled in. What references read stands in FILE.json as {"plan": {"name": …}, "http_zj": {…}}.
    """
    if as_json and form != "text":
        raise click.UsageError("give --json or --as, not both", click.get_current_context())
    task = load_task(file)
    done = rendered(task, strict=strict, metadata=_metadata(values, task))
    outbox = Outbox(terms=Terms(scheme=scheme, time_unit=time_unit))
    message = outbox.draft(done.task)
    if signed and not message.places:
        raise BadConfiguration(f"{file} names no secret, and is sent unsigned: give it a secretKeyEnv")
    proof = sign(message, outbox.scheme_of(message.terms), system_clock) if signed else {}
    body = message.outgoing.body
    prepared = Prepared(message.outgoing, keep_alive=False)
    _, request = prepared.write(proof, body)
    if as_json:
        answer_json(_document(done.task, request, body, bool(proof), done.warnings))
    elif form == "text":
        _print(request, body)
    else:
        place = (prepared.host, prepared.port)
        whole = Repeatable(
            request.method,
            request.url,
            request.headers,
            body,
            message.outgoing.verify_tls,
            tuple(one for one in connect_to if ConnectTo.parse(one).is_for(*place)),
        )
        print_repeatable(whole, form)
    if message.places and not proof:
        note("not signed: --signed fetches the secret, and signs")
    elif proof and form != "text":
        note("receivers take its signature for minutes alone (300 s by default)")
    return Exit.DONE


def _metadata(file: Path | None, task: HttpTask) -> Metadata:
    own = alone(task.name, system_clock())
    if file is None:
        return own
    try:
        given = json.loads(file.read_bytes())
    except OSError as error:
        raise BadConfiguration(f"the file {file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadConfiguration(f"{file} is not JSON: {error}") from None
    if not isinstance(given, Mapping) or not all(isinstance(one, Mapping) for one in given.values()):
        raise BadConfiguration(f'{file} holds no metadata: {{"plan": {{"name": …}}, "http_zj": {{…}}}}')
    given = {name.removeprefix("$"): under for name, under in given.items()}
    return {**own, **given, "plan": {**_plan(own), **_plan(given)}}


def _plan(metadata: Metadata) -> Mapping[str, object]:
    plan = metadata.get("plan", {})
    return plan if isinstance(plan, Mapping) else {}


def _print(request: Request, body: bytes) -> None:
    answer(printable(f"{request.method} {request.url}"))
    for name, value in request.headers:
        answer(printable(f"{name}: {value}"))
    if body:
        answer()
        for line in body.decode().split("\n"):
            answer(printable(line))


def _document(
    task: HttpTask, request: Request, body: bytes, signed: bool, warnings: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "task": task.name,
        "request": {"method": request.method, "url": request.url, "headers": request.headers},
        "body": body.decode(),
        "signed": signed,
        "warnings": warnings,
    }
