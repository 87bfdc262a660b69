"""Which messages are meant: the same options for every command that takes several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import MOMENT, TEXT, printable

from ...outbox import STATES, Filters, Kept, Outbox, State

PAGE = 500
"""Messages that are read, and changed, in one transaction."""


def choosing_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the filters; the command gets them as one parameter, `filters`."""

    @wraps(function)
    def with_filters(
        *args: Any,
        ids: tuple[str, ...],
        states: tuple[State, ...],
        target: str | None,
        task: str | None,
        with_guid: str | None,
        since: int | None,
        until: int | None,
        **options: Any,
    ) -> int:
        filters = Filters(
            ids=ids or None,
            states=states or None,
            target=target,
            task=task,
            guid=with_guid,
            since_ms=since,
            until_ms=until,
        )
        return function(*args, filters=filters, **options)

    command: Callable[..., int] = with_filters
    for option in (
        click.option(
            "--until", type=MOMENT, metavar="TIME|DURATION ago", help="Recorded before this time."
        ),
        click.option(
            "--since", type=MOMENT, metavar="TIME|DURATION ago",
            help='Recorded then or later: 2026-11-24T17:10:52Z, or "2 h ago".',
        ),
        # Not `guid`, which is a setting of `hookproof send`.
        click.option("--guid", "with_guid", type=TEXT, metavar="GUID", help="The one with this GUID."),
        click.option("--task", type=TEXT, metavar="NAME", help="Of the task of this name."),
        click.option("--target", type=TEXT, metavar="TEXT", help="With this text in the target's URL."),
        click.option(
            "--state", "states", multiple=True, type=click.Choice(STATES),
            help="In this state; may come again.",
        ),
        click.argument("ids", type=TEXT, nargs=-1, metavar="[msg_…]..."),
    ):  # fmt: skip
        command = option(command)
    return command


def refuse_unknown(outbox: Outbox, ids: tuple[str, ...]) -> None:
    """Refuse ids that no message has.

    Raises:
        BadConfiguration: there are some.
    """
    for start in range(0, len(ids), PAGE):
        asked = ids[start : start + PAGE]
        known = {kept.id for kept in outbox.find(Filters(ids=asked), limit=PAGE)}
        if missing := [one for one in asked if one not in known]:
            raise BadConfiguration(
                f"no message {printable(missing[0])} is on record here: `hookproof outbox list` lists "
                "those that are"
            )


def pages(outbox: Outbox, filters: Filters, limit: int | None) -> Iterator[list[Kept]]:
    """The messages that are meant, oldest first, some at a time: each page is read when it is its turn.

    Args:
        outbox: where they are.
        filters: which ones.
        limit: how many at the most; None for all.
    """
    after: str | None = None
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        found = outbox.find(filters, limit=size, newest_first=False, after=after)
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1].id
        left = None if left is None else left - size
