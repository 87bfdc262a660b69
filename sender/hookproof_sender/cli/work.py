"""`hookproof work`."""

from __future__ import annotations

import logging
import signal
import threading

import click

from hookproof_runtime.command_line import Exit, answer, command, config_option, note, printable
from hookproof_runtime.logs import configure

from ..app import Sender
from ..outbox import Leased
from ..targets import Policy
from ..wire import Attempt
from .lines import attempt_line
from .options import attempt_options, database_option


@command("work", example="hookproof work --allow-loopback")
@click.option(
    "--in-flight", type=click.IntRange(1, 1000), default=32, show_default=True,
    help="Attempts at once.",
)  # fmt: skip
@click.option(
    "--per-endpoint", type=click.IntRange(1, 1000), default=8, show_default=True,
    help="Attempts at once to one host and port.",
)  # fmt: skip
@click.option("--until-done", is_flag=True, help="End when no message waits any more.")
@attempt_options
@database_option
@config_option("sender")
def work(
    in_flight: int,
    per_endpoint: int,
    until_done: bool,
    deadline: float,
    policy: Policy,
    database: str,
) -> int:
    """Send what is recorded: `send --queue`, an application's own transactions, what a crash left.

    SIGTERM or Ctrl-C lets the attempts under way end; a second one cuts them off. Any number of workers
    may share an outbox.
    """
    configure(level=logging.WARNING)
    sender = Sender(database=database, policy=policy, deadline=deadline)
    worker = sender.worker(in_flight=in_flight, per_endpoint=per_endpoint, on_attempt=_tell)
    sender.outbox.open()  # what is wrong with the database is said before "ready"
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        # In a thread: a lock that this thread holds would never be free in its signal's handler.
        threading.Thread(target=sender.stop if asked else worker.stop).start()
        asked.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    note(f"ready: sending what is in {printable(database)}, {in_flight} at once; Ctrl-C to stop")
    try:
        worker.run(until_done=until_done)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return Exit.INTERRUPTED if signal.SIGINT in asked else Exit.DONE


def _tell(leased: Leased, attempt: Attempt) -> None:
    answer(f"{attempt_line(attempt)}  {leased.id}  {printable(leased.outgoing.name)}")
