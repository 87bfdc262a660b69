"""`hookproof inbox work`."""

from __future__ import annotations

import logging
import queue
import signal
from contextlib import closing, suppress
from typing import Any

import click

from hookproof import BadConfiguration
from hookproof_runtime.command_line import (
    Exit,
    answer,
    command,
    config_option,
    note,
    printable,
    settings_of,
)
from hookproof_runtime.logs import configure

from ..ingest import Event, line
from .declared import declared, settings_under
from .storage import app_option, database_option


@command(
    "work",
    example="hookproof inbox work --app shop:receiver",
    summary="Run what was acknowledged, beside a receiver.",
)
@config_option("receiver")
@app_option
@database_option
@click.option(
    "--workers", type=click.IntRange(1, 256), default=4, show_default=True, help="Messages at once."
)
@click.option("--until-done", is_flag=True, help="End when no message waits any more.")
@click.pass_context
def work(ctx: click.Context, /, until_done: bool, **flags: Any) -> int:
    """Run what was acknowledged: beside a receiver with `--workers 0`, or to help one.

    Any number of these may share an inbox. SIGTERM or Ctrl-C lets the handlers that run come to their
    end.
    """
    configure(level=logging.WARNING)
    receiver = declared(settings_under(ctx, flags), settings_of(ctx).sender)
    # What the settings or the application say is the receiver's, and may be 0 for our sake.
    receiver.settings = receiver.settings.model_copy(update={"workers": flags["workers"]})
    if not receiver.routes.handled:
        raise BadConfiguration("no endpoint here has a handler: give --app or --config with some")
    # Of an event, the lock may be held by the very thread that a signal stops.
    told: queue.SimpleQueue[None] = queue.SimpleQueue()
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        told.put(None)

    def tell(event: Event) -> None:
        with suppress(OSError):  # whoever read us has gone; the work goes on
            answer(printable(line(event)))
        if until_done:
            told.put(None)

    receiver.listen_to(tell)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with closing(receiver):
            inbox = receiver.open()
            note(f"ready: {', '.join(receiver.routes.handled)}; Ctrl-C to stop")
            while not asked and (not until_done or inbox.waiting()):
                with suppress(queue.Empty):
                    told.get(timeout=1.0)  # a signal that another thread took wakes nobody
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return Exit.INTERRUPTED if signal.SIGINT in asked else Exit.DONE
