"""`hookproof faults`."""

from __future__ import annotations

import ipaddress
import queue
import signal
from contextlib import closing, suppress
from pathlib import Path

import click

from hookproof_runtime.command_line import Exit, answer, answer_json, command, note, printable
from hookproof_runtime.listening import listen_socket, url_of

from ..faults import AT_ACCEPT, Desk, Event, document, line, listing
from .ready import write_ready


@command("faults", example="hookproof faults --listen 127.0.0.1:8090")
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:0",
    show_default=True,
    help="Where to take requests; port 0 takes a free one.",
)
@click.option(
    "--at-accept",
    type=click.Choice(list(AT_ACCEPT)),
    help="Do this with every connection, before anything is read.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the URL there once connections are taken.",
)
@click.option("--jsonl", is_flag=True, help="One JSON document a line on standard output.")
@click.option("--list", "lists", is_flag=True, help="Print the table of all faults, and end.")
def faults(
    listen: str, at_accept: str | None, ready_file: Path | None, jsonl: bool, lists: bool
) -> int:
    """Do to each request what its path says: for people who test senders.

    http://HOST:PORT/503,503,204 answers 503 twice and then 204; /silent never answers; --list shows
    the others. Each request is told when it came, and again when it ended.
    """
    if lists:
        answer(listing())
        return Exit.DONE
    with closing(listen_socket(listen)) as listening:
        host = listening.getsockname()[0]
        if not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            note(f"warning: whoever reaches {host} can have this desk flood them and redirect them")
        url = url_of(listening)
        # Of an event, the lock may be held by the very thread that a signal stops.
        stopped: queue.SimpleQueue[None] = queue.SimpleQueue()
        caught: list[int] = []

        def stop(number: int, _frame: object) -> None:
            caught.append(number)
            stopped.put(None)

        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, stop)
        with Desk(listening, _print_json if jsonl else _print, at_accept=at_accept):
            if ready_file is not None:
                write_ready(ready_file, url)
            if jsonl:
                answer_json({"event": "ready", "url": url})
            else:
                answer(f"ready: {url}")
            while not caught:
                with suppress(queue.Empty):
                    stopped.get(timeout=1.0)  # a signal that another thread took wakes nobody
    note("stopped")
    return Exit.INTERRUPTED if signal.SIGINT in caught else Exit.DONE


def _print(event: Event) -> None:
    with suppress(OSError):  # whoever read us has gone; the faults go on
        answer(printable(line(event)))


def _print_json(event: Event) -> None:
    with suppress(OSError):
        answer_json(document(event))
