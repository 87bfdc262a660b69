"""A change of several messages: how it is asked for, carried out, and told of message by message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, NamedTuple

import click

from hookproof_runtime.command_line import Exit, answer, answer_json, config_option, note, printable

from ...app import Sender
from ...outbox import Filters, Kept, Outbox, State
from ..options import database_option
from .choosing import choosing_options, pages, refuse_unknown


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change."""

    verb: str
    """What it does to a message: `would …`."""
    done: str
    """What the message is then."""
    past: str
    """The verb again: `cannot be …`."""
    able: tuple[State, ...]
    """In which states a message can be changed so."""
    usual: tuple[State, ...]
    """In which states filters look where they name none."""
    why_not: Callable[[Kept, int], str | None]
    """Why a message is left as it is, from how it stands and the time; None where it is changed."""
    apply: Callable[[Outbox, Filters], list[str]]
    """Changes what the filters mean; the ids of what was changed."""
    what: Callable[[Kept], str]
    """What else is told of a message that is changed."""
    older_than: float | None = None
    """Filters look among those that nothing happened to for so many seconds; None for all."""


class Asked(NamedTuple):
    """What somebody asks for."""

    filters: Filters
    """Which messages."""
    every: bool
    """Whether filters may be empty."""
    limit: int | None
    """No more than so many."""
    dry_run: bool
    """Whether it is only told."""
    database: str
    """Where they are."""
    as_lines: bool
    """Whether it is told in JSON."""


class Done(NamedTuple):
    """What came of it."""

    code: Exit
    """The command's exit code."""
    changed: int
    """How many messages were changed."""


def changing_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the filters and what every change is asked with; the command gets one parameter, `asked`."""

    @wraps(function)
    def with_asked(
        *args: Any,
        filters: Filters,
        every: bool,
        limit: int | None,
        dry_run: bool,
        database: str,
        as_lines: bool,
        **options: Any,
    ) -> int:
        asked = Asked(filters, every, limit, dry_run, database, as_lines)
        return function(*args, asked=asked, **options)

    command: Callable[..., int] = with_asked
    for option in (
        click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document a message."),
        config_option("sender"),
        database_option,
        click.option(
            "--dry-run", is_flag=True, help="Say what would be done, message by message; do nothing."
        ),
        click.option("--limit", type=click.IntRange(1), help="No more than so many, the oldest first."),
        click.option("--all", "every", is_flag=True, help="In the place of filters: every one."),
    ):
        command = option(command)
    return choosing_options(command)


def carry_out(change: Change, asked: Asked) -> Done:
    """Do it, a page of messages at a time, and tell of each.

    Raises:
        UsageError: nothing says which messages, or they are in states that cannot be changed so.
        BadConfiguration: no message has one of the ids.
    """
    _refuse(change, asked)
    outbox = Sender(database=asked.database).outbox
    refuse_unknown(outbox, asked.filters.ids or ())
    filters = asked.filters if asked.filters.ids else _narrowed(change, asked.filters, outbox.now_ms())
    changed = left = 0
    for kept, reason in _judged(outbox, change, filters, asked):
        changed += reason is None
        left += reason is not None
        _tell(kept, change, reason, asked)
    head = f"dry run, nothing was done: would {change.verb}" if asked.dry_run else change.past
    note(f"{head} {changed}" + (f", left as they are: {left}" if left else ""))
    return Done(Exit.NO if left else Exit.DONE, changed)


def _refuse(change: Change, asked: Asked) -> None:
    filters = asked.filters
    if filters == Filters() and not asked.every:
        raise click.UsageError(
            f"this would {change.verb} every message that can be: say which (--state, --target, …), "
            "or --all",
            click.get_current_context(),
        )
    for state in filters.states or ():
        if state not in change.able:
            raise click.UsageError(
                f"what is {state} cannot be {change.past} (--help says why): --state takes "
                f"{', '.join(change.able)} here",
                click.get_current_context(),
            )


def _narrowed(change: Change, filters: Filters, now_ms: int) -> Filters:
    """The filters, to messages that can be changed: what is named by its id is judged one by one."""
    before_ms = None if change.older_than is None else now_ms - round(change.older_than * 1000)
    return replace(filters, states=filters.states or change.usual, updated_before_ms=before_ms)


def _judged(
    outbox: Outbox, change: Change, filters: Filters, asked: Asked
) -> Iterator[tuple[Kept, str | None]]:
    """Each message, and why it is left as it is; None where it is changed, or would be."""
    for page in pages(outbox, filters, asked.limit):
        now_ms = outbox.now_ms()
        reasons = {kept.id: change.why_not(kept, now_ms) for kept in page}
        able = tuple(one for one, reason in reasons.items() if reason is None)
        done = able if asked.dry_run or not able else change.apply(outbox, Filters(ids=able))
        for kept in page:
            reason = reasons[kept.id]
            if reason is None and kept.id not in done:
                reason = "it changed meanwhile"
            yield kept, reason


def _tell(kept: Kept, change: Change, reason: str | None, asked: Asked) -> None:
    if asked.as_lines:
        answer_json(
            {
                "id": kept.id,
                "task": kept.task,
                "guid": kept.guid,
                "state": kept.state,
                "change": change.verb,
                "done": reason is None and not asked.dry_run,
                "dry_run": asked.dry_run,
                "reason": reason,
            }
        )
    elif reason is None:
        head = f"would {change.verb}" if asked.dry_run else change.done
        answer(f"{kept.id}  {printable(kept.task)}  {head}; {change.what(kept)}")
    else:
        note(f"{kept.id}  {printable(kept.task)}  left as it is: {reason}")
