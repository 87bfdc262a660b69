"""What is on record, as commands name and read it: by id, by time, and some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

import click

from hookproof.errors import BadConfiguration

from ..terminal import printable
from .types import MOMENT

PAGE = 500
"""Records that are read at once."""


class Record(Protocol):
    """Anything that is on record."""

    @property
    def id(self) -> str:
        """Sorts by time."""


_F = TypeVar("_F", bound=Callable[..., Any])
_R = TypeVar("_R", bound=Record)


def time_options(function: _F) -> _F:
    """Add `--since` and `--until`, which give `since` and `until`."""
    for option in (
        click.option(
            "--until", type=MOMENT, metavar="TIME|DURATION ago", help="Recorded before this time."
        ),
        click.option(
            "--since", type=MOMENT, metavar="TIME|DURATION ago",
            help='Recorded then or later: 2026-11-24T17:10:52Z, or "2 h ago".',
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def refuse_unknown_ids(
    ids: tuple[str, ...], find: Callable[[tuple[str, ...]], Iterable[Record]], lists: str
) -> None:
    """Refuse ids that no message has.

    Args:
        ids: any number.
        find: the messages of up to `PAGE` ids.
        lists: the command that lists those that are there.

    Raises:
        BadConfiguration: there are some.
    """
    for asked in some_at_a_time(ids):
        known = {one.id for one in find(asked)}
        if missing := [one for one in asked if one not in known]:
            raise BadConfiguration(
                f"no message {printable(missing[0])} is on record here: `{lists}` lists those that are"
            )


def some_at_a_time(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The ids, up to `PAGE` of them each time."""
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]


def pages_of(find: Callable[[int, str | None], list[_R]], limit: int | None) -> Iterator[list[_R]]:
    """Records, oldest first, some at a time: each page is read when it is its turn.

    Args:
        find: so many of them, oldest first, behind the id; behind None are all.
        limit: how many at the most; None for all.
    """
    after: str | None = None
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        found = find(size, after)
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1].id
        left = None if left is None else left - size
