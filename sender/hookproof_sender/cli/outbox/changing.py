"""`hookproof outbox retry`, `cancel` and `prune`."""

from __future__ import annotations

from dataclasses import replace

import click
from click.core import ParameterSource

from hookproof_runtime.command_line import DURATION, command, note, span

from ...outbox import CHANGEABLE, REMOVABLE, REMOVED, Filters, Kept, Outbox
from .change import Asked, Change, carry_out, changing_options
from .words import outcome


@command("retry", example="hookproof outbox retry --state failed --target hooks.example.com")
@changing_options
def retry(asked: Asked) -> int:
    """Make messages due now, under the GUID they have.

    Each has all its attempts anew. Filters choose among what failed or is unknown; what waits is
    meant where --state pending or its id says so. What was delivered or cancelled cannot be retried:
    what a resend needs is removed. Exit code: 1 where a message is left as it is.
    """
    change = Change(
        verb="retry",
        done="due now",
        past="retried",
        able=CHANGEABLE,
        usual=("failed", "unknown"),
        why_not=_why_not_retried,
        apply=Outbox.retry,
        what=lambda kept: f"it keeps its GUID {kept.guid}",
    )
    done = carry_out(change, asked)
    if done.changed and not asked.dry_run:
        note("hookproof work sends what is due")
    return done.code


@command("cancel", example="hookproof outbox cancel --target hooks.example.com --dry-run")
@changing_options
def cancel(asked: Asked) -> int:
    """End messages: nothing more of them is sent.

    What a resend would need is removed. Filters choose among what waits; what failed or is unknown is
    meant where --state or its id says so. A message in flight cannot be cancelled: a request that is
    being sent cannot be called back. Exit code: 1 where a message is left as it is.
    """
    change = Change(
        verb="cancel",
        done="cancelled",
        past="cancelled",
        able=CHANGEABLE,
        usual=("pending",),
        why_not=_why_not_cancelled,
        apply=Outbox.cancel,
        what=lambda kept: f"it was {kept.state}",
    )
    return carry_out(change, asked).code


@command("prune", example="hookproof outbox prune --older-than 7d")
@changing_options
@click.option(
    "--older-than", type=DURATION, default="7 d", show_default=True,
    help="Those that nothing happened to for so long.",
)  # fmt: skip
@click.pass_context
def prune(ctx: click.Context, /, asked: Asked, older_than: float) -> int:
    """Remove old messages, with bodies and attempts.

    Those delivered and cancelled, unless --state names others: what failed or is unknown may still
    be retried. Exit code: 1 where a message is left as it is.
    """
    states = asked.filters.states or REMOVED

    def why_not(kept: Kept, now_ms: int) -> str | None:
        if kept.state not in REMOVABLE:
            return f"it is {kept.state}: a message is removed when nothing more happens to it"
        if kept.state not in states:
            return f"it is {kept.state} and may be retried; --state {kept.state} removes it"
        age_s = (now_ms - kept.updated_ms) / 1000
        if age_s < older_than:
            return f"something happened to it {span(age_s)} ago: --older-than says what is old"
        return None

    def apply(outbox: Outbox, chosen: Filters) -> list[str]:
        return outbox.prune(replace(chosen, states=states), older_than=older_than)

    change = Change(
        verb="prune",
        done="removed",
        past="pruned",
        able=REMOVABLE,
        usual=REMOVED,
        why_not=why_not,
        apply=apply,
        what=lambda kept: f"it was {kept.state} ({outcome(kept)})",
        older_than=older_than,
    )
    if ctx.get_parameter_source("older_than") is not ParameterSource.DEFAULT:
        asked = asked._replace(every=True)
    return carry_out(change, asked).code


def _why_not_retried(kept: Kept, now_ms: int) -> str | None:
    if kept.state in CHANGEABLE:
        return None
    if kept.state == "in_flight":
        return _in_flight(kept, now_ms)
    return f"it was {kept.state}, and what a resend needs is removed: send its task again"


def _why_not_cancelled(kept: Kept, now_ms: int) -> str | None:
    if kept.state in CHANGEABLE:
        return None
    if kept.state == "in_flight":
        return _in_flight(kept, now_ms)
    return f"it was {kept.state} already"


def _in_flight(kept: Kept, now_ms: int) -> str:
    if kept.is_abandoned(now_ms):
        return "it is in flight, and its sender is gone: a worker takes it over (hookproof work)"
    return "it is in flight: a request that is being sent cannot be called back"
