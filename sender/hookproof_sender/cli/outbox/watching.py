"""`hookproof outbox watch`."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import click

from hookproof_runtime.command_line import answer, answer_json, command, config_option, note, printable

from ...app import Sender
from ...outbox import Kept, Outbox, State
from ..options import database_option
from .documents import message
from .words import line

_LOOKS_EVERY = 0.25  # seconds
_LATE_MS = 5000  # a change is given its time before its commit: this much later it is still found


@command("watch", example="hookproof outbox watch --jsonl")
@database_option
@config_option("sender")
@click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document a line.")
def watch(database: str, as_lines: bool) -> None:
    """Follow the outbox: a line a change, until Ctrl-C.

    It looks four times a second: a message that changed twice between two looks is shown once, as it
    stands then, with the number of its attempts.
    """
    outbox = Sender(database=database).outbox
    changes = _changes(outbox)
    next(changes)
    note(f"ready: watching {printable(database)}; Ctrl-C to stop")
    pause = threading.Event()
    while True:
        pause.wait(_LOOKS_EVERY)
        now_ms = outbox.now_ms()
        for kept in next(changes):
            if as_lines:
                answer_json(message(kept, now_ms))
            else:
                answer(line(kept, now_ms, kept.updated_ms))


def _changes(outbox: Outbox) -> Iterator[list[Kept]]:
    """At each step, what changed since the one before. What the first one gives is no change.

    The last seconds are read again each time: several things happen in one millisecond, and a
    transaction commits some time after it took its time. Where the clock is set back, lines may come
    again. What an application records in a transaction that stays open for longer than those seconds
    appears with the next thing that happens to it.
    """
    seen: dict[str, tuple[int, State, int]] = {}
    looked_ms = outbox.now_ms()
    while True:
        now_ms = outbox.now_ms()
        found = outbox.changes(min(looked_ms, now_ms) - _LATE_MS)
        marks = {kept.id: (kept.updated_ms, kept.state, kept.attempts) for kept in found}
        yield [kept for kept in found if seen.get(kept.id) != marks[kept.id]]
        seen, looked_ms = marks, now_ms
