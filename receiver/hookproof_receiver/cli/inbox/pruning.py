"""`hookproof inbox prune`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import click

from hookproof.clock import system_clock
from hookproof_runtime.command_line import (
    DURATION,
    Exit,
    answer,
    answer_json,
    command,
    note,
    some_at_a_time,
    span,
)
from hookproof_runtime.database import empty_log

from ...inbox import (
    ALL,
    REMOVABLE,
    Filters,
    Ledger,
    Pruned,
    Pruner,
    Removed,
    Retention,
    retention_of,
    why_not_removed,
)
from ..storage import opened
from .choosing import choosing_options, refuse_unknown
from .opening import place_options, receiver_without_endpoints

_WHAT = {
    "body": "its headers and body",
    "message": "all of it",
    "apart": "kept apart",
}


class _Told(NamedTuple):
    """How it is told."""

    dry_run: bool
    as_lines: bool

    def removed(self, one: Removed) -> None:
        """Tell of one thing that went, or would."""
        if self.as_lines:
            self._document(one.id, one.what, one.size, None)
        else:
            head = "would prune" if self.dry_run else "removed"
            answer(f"{one.id}  {head}: {_WHAT[one.what]}, {one.size} B")

    def left(self, message_id: str, reason: str) -> None:
        """Tell of one message that is left as it is."""
        if self.as_lines:
            self._document(message_id, None, None, reason)
        else:
            note(f"{message_id}  left as it is: {reason}")

    def _document(self, one: str, what: str | None, size: int | None, reason: str | None) -> None:
        answer_json(
            {
                "id": one,
                "change": "prune",
                "removed": what,
                "body_bytes": size,
                "done": reason is None and not self.dry_run,
                "dry_run": self.dry_run,
                "reason": reason,
            }
        )


@command("prune", example="hookproof inbox prune --older-than 30d --dry-run")
@choosing_options
@click.option(
    "--older-than",
    type=DURATION,
    help="Bodies of this age, and all of what is older than 7 d too [default: as the settings say].",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, message by message; do nothing.")
@place_options
@click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document a message.")
@click.pass_context
def prune(
    ctx: click.Context, /, filters: Filters, older_than: float | None, dry_run: bool, as_lines: bool,
    **flags: Any,
) -> int:  # fmt: skip
    """Remove what is old, as the receiver itself does once an hour.

    Of finished messages first headers and bodies (bodies_kept, 7 d), whose retries are answered as
    before, then the rest (messages_kept, 30 d, never less than 7 d). What failed or is parked goes
    where --state names it, and then whole. Without filters also what was kept apart (apart_kept, 30 d).
    Exit code: 1 where a message that is named is left as it is.
    """
    _refuse_states(ctx, filters)
    receiver = receiver_without_endpoints(ctx, flags)
    retention = retention_of(receiver.settings)
    if older_than is not None:
        retention = retention.narrowed(older_than)
    told, pruned, left = _Told(dry_run, as_lines), Pruned(), 0
    with opened(receiver.settings.database) as engine:
        ledger = Ledger(engine)
        refuse_unknown(ledger, filters.ids or ())
        reasons = dict(_left(ledger, filters, retention))
        pruner = Pruner(engine, system_clock, retention)
        for removed in pruner.removing(filters, apart=filters == ALL, dry_run=dry_run):
            pruned.count(removed)
            reasons.pop(removed.id, None)
            told.removed(removed)
        for message_id, reason in reasons.items():
            told.left(message_id, reason)
            left += 1
        if not dry_run:
            empty_log(engine)
    _sum(pruned, left, dry_run)
    if filters.states and not pruned.messages:
        note(f"a message goes whole when nothing happened to it for {span(retention.messages_s)}")
    return Exit.NO if left else Exit.DONE


def _refuse_states(ctx: click.Context, filters: Filters) -> None:
    for name in filters.states or ():
        if name not in REMOVABLE:
            raise click.UsageError(
                f"what is {name} cannot be pruned (--help says why): --state takes "
                f"{', '.join(REMOVABLE)} here",
                ctx,
            )


def _left(ledger: Ledger, filters: Filters, retention: Retention) -> Iterator[tuple[str, str]]:
    """Those that are named by their ids, each with why it would be left as it is."""
    cutoffs = retention.cutoffs(ledger.now_ms())
    for ids in some_at_a_time(filters.ids or ()):
        for record in ledger.find(Filters(ids=ids), limit=len(ids)):
            reason = why_not_removed(record, filters.states, cutoffs)
            yield record.id, reason or "it changed meanwhile, or the other filters leave it out"


def _sum(pruned: Pruned, left: int, dry_run: bool) -> None:
    head = "dry run, nothing was done: would prune" if dry_run else "pruned"
    text = (
        f"{head} {pruned.messages} messages, the bodies of {pruned.bodies}, {pruned.apart} kept apart"
    )
    note(text + f"; {pruned.size} B of bodies" + (f"; left as they are: {left}" if left else ""))
