"""`hookproof receive`."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Literal

import click

from hookproof import BadConfiguration
from hookproof_runtime.command_line import (
    DURATION,
    SIZE,
    answer,
    command,
    config_option,
    note,
    printable,
    settings_of,
)
from hookproof_runtime.extras import load
from hookproof_runtime.listening import listen_socket
from hookproof_runtime.logs import configure
from hookproof_runtime.settings import ReceiverSettings

from ..app import Receiver
from ..inbox import Inbox, retention_of
from ..ingest import Answered, Event, Front
from ..ingest.lines import line
from ..pages.hosts import is_loopback
from ..places import clashes
from ..serving import AnyServer, Server, allow_connections
from .checking import check
from .declared import (
    DEMO_PATH,
    SECRET_FILE,
    declare_first_try,
    declared,
    make_first_secret,
    settings_under,
)
from .options import kept_option, listen_option, ready_option
from .ready import write_ready
from .stopping import Stopping

_DEFAULT = ReceiverSettings()
LOGIN = "  to log in: hookproof token new --scope pages"
"""What follows the pages' URL where others can reach them."""


@command("receive", example="hookproof receive --listen 127.0.0.1:8080")
@config_option("receiver")
@click.option("--app", metavar="MODULE:NAME", help="A Receiver made in Python, with its endpoints.")
@listen_option
@click.option(
    "--server",
    type=click.Choice(["waitress", "granian"]),
    default=_DEFAULT.server,
    show_default=True,
    help="What speaks HTTP; granian is faster, and needs the extra of its name.",
)
@kept_option
@click.option("--max-body", type=SIZE, default="8 MiB", show_default=True, help="A larger body: 413.")
@click.option(
    "--threads",
    type=click.IntRange(2, 1024),
    default=_DEFAULT.threads,
    show_default=True,
    help="Requests that are answered at the same time.",
)
@click.option(
    "--running",
    type=click.IntRange(1, 1023),
    default=_DEFAULT.running,
    show_default=True,
    help="Handlers that run, and requests that wait for one; below --threads.",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=_DEFAULT.workers,
    show_default=True,
    help="Acknowledged messages that are run at once; 0 leaves them to `hookproof inbox work`.",
)
@click.option(
    "--answer-within",
    type=DURATION,
    default="25 s",
    show_default=True,
    help="A handler that takes longer is promised.",
)
@click.option(
    "--refusals-kept",
    type=click.IntRange(1, 10_000),
    default=_DEFAULT.refusals_kept,
    show_default=True,
    help="Refused requests that are kept, to be explained.",
)
@click.option(
    "--refusals-bytes",
    type=SIZE,
    default="64 MiB",
    show_default=True,
    help="What they may take together.",
)
@click.option(
    "--bodies-kept",
    type=DURATION,
    default="7 d",
    show_default=True,
    help="Bodies of finished messages are removed when they are older.",
)
@click.option(
    "--messages-kept",
    type=DURATION,
    default="30 d",
    show_default=True,
    help="The rest of them, by which retries are known; 7 d at least.",
)
@click.option(
    "--apart-kept",
    type=DURATION,
    default="30 d",
    show_default=True,
    help="Requests that were kept apart, such as those that came too late.",
)
@click.option("--platform", is_flag=True, help="Serve the platform's run-job API at /v4.")
@click.option("--slack", is_flag=True, help="Serve Slack's webhooks at /services, its bot at /api.")
@click.option(
    "--pages/--no-pages",
    default=_DEFAULT.pages,
    show_default=True,
    help="Show what came, to a browser, from / on.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A further name that the pages answer to; may be given again.",
)
@click.option(
    "--log",
    type=click.Choice(["console", "json", "quiet"]),
    default=_DEFAULT.log,
    show_default=True,
    help="console: two lines a request on standard output; json: an object a line on standard error; "
    "quiet: warnings alone.",
)
@ready_option
@click.option("--check", "only_check", is_flag=True, help="Say all that is wrong, and start nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --check: one JSON document.")
@click.pass_context
def receive(
    ctx: click.Context, /, ready_file: Path | None, only_check: bool, as_json: bool, **flags: Any
) -> int:
    """Receive messages: verify, keep, handle, answer.

    Endpoints come from hookproof.toml and from --app. Where there is none, one is opened for a first
    try, with a secret of its own. With --check, exit code 1 says that something does not hold.
    """
    settings = settings_under(ctx, flags)
    if as_json and not only_check:
        raise click.UsageError("--json is for --check; --log json writes the log so", ctx)
    if only_check:
        return check(settings, settings_of(ctx).sender, as_json=as_json)
    form: Literal["console", "json"] = "json" if settings.log == "json" else "console"
    configure(form, logging.INFO if form == "json" else logging.WARNING)
    receiver = declared(settings, settings_of(ctx).sender)
    _refuse_impossible(receiver, settings.threads)
    make = _server(settings.server)
    # First of all: where the port is taken, nothing may have been made or begun.
    stopping = Stopping()
    with closing(listen_socket(settings.listen)) as listening, stopping.closing(receiver):
        first_try = not receiver.paths
        if first_try:
            make_first_secret()
            declare_first_try(receiver)
        inbox = receiver.open()
        if settings.log == "console":
            receiver.listen_to(lambda event: _print(event, inbox))
        allow_connections()
        address = listening.getsockname()[0]
        fronts = receiver.create_fronts(address)
        server = make(
            Front(*fronts),
            ingest=fronts.ingest,
            listen=listening,
            threads=settings.threads,
            max_body=receiver.settings.max_body,
            once=receiver.routes.signature_headers,
        )
        _serve(server, receiver, stopping, ready_file, address=address, first_try=first_try)
    return stopping.code


def _server(name: str) -> Callable[..., AnyServer]:
    """What makes the server of this name, of what `Server` takes.

    Raises:
        MissingExtra: it is not installed.
    """
    if name == "granian":
        module = load("hookproof_receiver.serving.granian", "granian")
        made: Callable[..., AnyServer] = module.serve_wsgi
        return made
    return Server


def _refuse_impossible(receiver: Receiver, threads: int) -> None:
    """Refuse figures and paths that do not go together, all at once."""
    settings = receiver.settings
    problems = [str(one) for one in clashes(receiver.paths, settings)]
    try:
        retention_of(settings)
    except BadConfiguration as wrong:
        problems.append(str(wrong))
    if settings.running >= threads:
        problems.append(
            f"running ({settings.running}) must be below threads ({threads}): while all that runs "
            "waits, somebody must answer the rest"
        )
    if problems:
        raise BadConfiguration("\n".join(problems))


def _serve(
    server: AnyServer,
    receiver: Receiver,
    stopping: Stopping,
    ready_file: Path | None,
    *,
    address: str,
    first_try: bool,
) -> None:
    def ready() -> None:
        answer(f"ready: {server.url}  {', '.join(receiver.paths)}")
        if receiver.settings.pages:
            first = "/deliveries" if "/" in receiver.paths else "/"  # the endpoint goes before the page
            answer(f"pages: {server.url}{first}{'' if is_loopback(address) else LOGIN}")
        if first_try:
            answer(
                f"""try:   hookproof send {server.url}{DEMO_PATH} --data '{{"order": 4}}' """
                f"--secret-file {SECRET_FILE} --allow-loopback"
            )
        if ready_file is not None:
            write_ready(ready_file, server.url)

    stopping.stops(server, receiver)
    # What was made up to here stays: the collector need not look at it again with every request.
    gc.collect()
    gc.freeze()
    server.run(ready)
    note("stopped")


def _print(event: Event, inbox: Inbox) -> None:
    reason = None
    if isinstance(event, Answered) and event.answer.code == "handler_failed":
        message = inbox.message(event.answer.message_id or "")
        reason = message.error if message else None
    with suppress(OSError):  # whoever read us has gone; the messages still come
        answer(printable(line(event, reason)))
