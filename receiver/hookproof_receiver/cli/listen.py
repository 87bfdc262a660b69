"""`hookproof listen`."""

from __future__ import annotations

import logging
import socket
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from hookproof import BadConfiguration
from hookproof.clock import system_clock
from hookproof_runtime.command_line import (
    DURATION,
    command,
    config_option,
    note,
    ring_options,
    scheme_option,
    settings_of,
)
from hookproof_runtime.listening import listen_socket
from hookproof_runtime.logs import configure

from ..app import Receiver
from ..forwarding import Forwarder, Target, target_of
from ..inbox import Schedule
from ..ingest import Front
from ..serving import Server, allow_connections
from .declared import DEMO_PATH, declared, settings_under
from .listen_endpoints import Signing, declared_by_hand, send_words, without_handlers
from .listen_output import Output
from .options import kept_option, listen_option, ready_option
from .ready import write_ready
from .stopping import Stopping

SCHEDULE = Schedule(retries=100, base_s=1.0, cap_s=30.0)
"""While somebody mends the application: half an hour or so, with no long wait once it is mended."""


class TargetType(click.ParamType):  # type: ignore[type-arg]  # generic since 8.5 only
    """Where an application is: a port or a URL."""

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        """Read it."""
        try:
            return target_of(value)
        except BadConfiguration as wrong:
            self.fail(str(wrong), param, ctx)


@command("listen", example="hookproof listen --forward-to 3000")
@config_option("receiver")
@click.option(
    "--forward-to",
    type=TargetType(),
    metavar="URL|PORT",
    required=True,
    help="Your application: 3000 keeps each message's path, http://127.0.0.1:3000/hooks/orders is one.",
)
@click.option(
    "--path",
    multiple=True,
    metavar="/PATH",
    help="A path to receive at; may be given again [default: those of hookproof.toml, else that of "
    f"--forward-to, else {DEMO_PATH}].",
)
@listen_option
@ring_options
@scheme_option
@click.option(
    "--tolerance",
    type=DURATION,
    default="300 s",
    show_default=True,
    help="How far a signature's time may lie from now.",
)
@click.option(
    "--synchronous",
    is_flag=True,
    help="Answer the sender with your application's own answer, instead of 200 once it is kept.",
)
@click.option(
    "--timeout",
    type=DURATION,
    default="30 s",
    show_default=True,
    help="How long your application may take to answer.",
)
@kept_option
@click.option("--jsonl", is_flag=True, help="One JSON document a line on standard output.")
@ready_option
@click.pass_context
def listen(
    ctx: click.Context,
    /,
    forward_to: Target,
    path: tuple[str, ...],
    secret_env: tuple[str, ...],
    secret_file: tuple[Path, ...],
    scheme: str,
    tolerance: float,
    synchronous: bool,
    timeout: float,
    jsonl: bool,
    ready_file: Path | None,
    **flags: Any,
) -> int:
    """Receive messages in front of your own application: verify, keep, forward.

    Each proved message is sent on with the bytes and the headers that it came with, so that your
    application's own check of the signature passes. It is kept first, and sent again until your
    application takes it (2xx): what comes while that is down is caught up.
    """
    # What came is told here, line by line; `hookproof receive` shows it to a browser.
    settings = settings_under(ctx, flags).model_copy(update={"pages": False})
    configure("json" if settings.log == "json" else "console", logging.WARNING)
    signing = Signing(secret_env, secret_file, scheme, tolerance)
    given = any(
        ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
        for name in ("path", *Signing._fields)
    )
    # First of all: where the port is taken, nothing may have been made or begun.
    stopping = Stopping()
    with closing(listen_socket(settings.listen)) as listening:
        _refuse_itself(forward_to, listening)
        by_hand = given or not (settings.endpoint or settings.app)
        if by_hand:
            receiver = declared_by_hand(settings, path or (forward_to.path or DEMO_PATH,), signing)
        else:
            receiver = declared(without_handlers(settings), settings_of(ctx).sender)
        with stopping.closing(receiver):
            output = Output(
                jsonl=jsonl,
                synchronous=synchronous,
                reason_of=lambda message_id: _reason(receiver, message_id),
            )
            forwarder = Forwarder(
                forward_to,
                timeout_s=timeout,
                route_at=receiver.routes.at,
                delivery_of=lambda message_id: _newest(receiver, message_id),
                tell=output.forwarding,
                clock=system_clock,
            )
            _handle(receiver, forwarder, synchronous=synchronous)
            receiver.listen_to(output.receiving)
            receiver.open()
            allow_connections()
            fronts = receiver.create_fronts()
            server = Server(
                Front(*fronts),
                ingest=fronts.ingest,
                listen=listening,
                threads=settings.threads,
                max_body=receiver.settings.max_body,
                once=receiver.routes.signature_headers,
            )
            stopping.stops(server, receiver)
            words = send_words(signing) if by_hand else None
            output.begin(server.url, forward_to, receiver.paths, words)
            if ready_file is not None:
                write_ready(ready_file, server.url)
            server.run()
            note("stopped")
        return stopping.code


def _handle(receiver: Receiver, forwarder: Forwarder, *, synchronous: bool) -> None:
    if synchronous:
        receiver.routes.handle_all(forwarder.forward, mode="synchronous", running=None)
    else:
        receiver.routes.handle_all(forwarder.forward, mode="inbox", running=1, schedule=SCHEDULE)
    # Whatever the settings leave to other processes, forwarding is this one's; and a path that hangs
    # is to hold up no other.
    workers = max(receiver.settings.workers, len(receiver.paths))
    receiver.settings = receiver.settings.model_copy(update={"workers": workers})


def _newest(receiver: Receiver, message_id: str) -> str | None:
    found = receiver.open().deliveries(message_id, limit=1)
    return found[0].id if found else None


def _reason(receiver: Receiver, message_id: str) -> str | None:
    message = receiver.open().message(message_id)
    return message.error if message else None


def _refuse_itself(target: Target, listening: socket.socket) -> None:
    """What is forwarded to where it came from would come again."""
    parts = urlsplit(target.base)
    own, port = listening.getsockname()[:2]
    if parts.port != port or parts.hostname is None:
        return
    with suppress(OSError, UnicodeError):
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port)}
        if own in found or (own in ("0.0.0.0", "::") and found & {"127.0.0.1", "::1"}):  # noqa: S104
            raise BadConfiguration(
                f"{target.base} is where messages are received, and cannot be where they are forwarded "
                "to: give another port with --listen, such as --listen 127.0.0.1:0"
            )
