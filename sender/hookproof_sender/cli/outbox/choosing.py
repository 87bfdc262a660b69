"""Which messages are meant: the same options for every command that takes several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click

from hookproof_runtime.command_line import TEXT, pages_of, refuse_unknown_ids, time_options

from ...outbox import STATES, Filters, Kept, Outbox, State


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
        time_options,
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

    def find(asked: tuple[str, ...]) -> list[Kept]:
        return outbox.find(Filters(ids=asked), limit=len(asked))

    refuse_unknown_ids(ids, find, "hookproof outbox list")


def pages(outbox: Outbox, filters: Filters, limit: int | None) -> Iterator[list[Kept]]:
    """The messages that are meant, oldest first, some at a time: each page is read when it is its turn.

    Args:
        outbox: where they are.
        filters: which ones.
        limit: how many at the most; None for all.
    """

    def find(most: int, after: str | None) -> list[Kept]:
        return outbox.find(filters, limit=most, newest_first=False, after=after)

    return pages_of(find, limit)
