"""`hookproof outbox list`."""

from __future__ import annotations

import click

from hookproof_runtime.command_line import (
    Exit,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
)

from ...app import Sender
from ...outbox import STATES, Filters, State
from ..options import database_option
from .choosing import choosing_options, refuse_unknown
from .documents import message
from .words import line


@command("list", example="hookproof outbox list --state failed --since '2 h ago'")
@choosing_options
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At the most."
)
@database_option
@config_option("sender")
@json_option
@click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document a message.")
def list_(filters: Filters, limit: int, database: str, as_json: bool, as_lines: bool) -> int:
    """List messages, the newest first.

    A line says when it was recorded, its id, where it stands, its attempts of those it may have, task
    and target, how it went last (a status or a cause), and when the next attempt is due.
    """
    if as_json and as_lines:
        raise click.UsageError("give --json or --jsonl, not both", click.get_current_context())
    outbox = Sender(database=database).outbox
    refuse_unknown(outbox, filters.ids or ())
    found = outbox.find(filters, limit=limit)
    now_ms = outbox.now_ms()
    for kept in () if as_json else found:
        if as_lines:
            answer_json(message(kept, now_ms))
        else:
            answer(line(kept, now_ms, kept.created_ms))
    counts = outbox.counts(filters)  # last: of a million messages, it takes longer than the list
    if as_json:
        answer_json({"messages": [message(kept, now_ms) for kept in found], "counts": counts})
    note(_sum(counts, len(found)))
    return Exit.DONE


def _sum(counts: dict[State, int], shown: int) -> str:
    total = sum(counts.values())
    if not total:
        return "no message is on record that fits"
    by_state = ", ".join(f"{counts[state]} {state}" for state in STATES if state in counts)
    newest = f"; the newest {shown} are shown (--limit)" if shown < total else ""
    return f"{total} on record: {by_state}{newest}"
