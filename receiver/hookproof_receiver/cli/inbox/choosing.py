"""Which messages are meant: the same options for every command that takes several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import click

from hookproof import GUID_HEADER
from hookproof.headers import guid as read_guid
from hookproof_runtime.command_line import TEXT, pages_of, refuse_unknown_ids, time_options

from ...inbox import FLAGS, STANDINGS, Filters, Flag, Ledger, MessageRecord, Standing


def choosing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters; the command gets them as one parameter, `filters`."""

    @wraps(function)
    def with_filters(
        *args: Any,
        ids: tuple[str, ...],
        prefix: str | None,
        endpoint: str | None,
        states: tuple[Standing, ...],
        with_flags: tuple[Flag, ...],
        with_guid: str | None,
        search: str | None,
        since: int | None,
        until: int | None,
        **options: Any,
    ) -> Any:
        filters = Filters(
            ids=ids or None,
            prefix=prefix,
            endpoint=endpoint,
            states=states or None,
            flags=with_flags or None,
            guid=_canonical(with_guid),
            search=None if search is None else search.encode(),
            since_ms=since,
            until_ms=until,
        )
        return function(*args, filters=filters, **options)

    command: Callable[..., Any] = with_filters
    for option in (
        time_options,
        click.option("--search", type=TEXT, metavar="TEXT", help="With this text in the body."),
        click.option("--guid", "with_guid", type=TEXT, metavar="GUID", help="A request had this GUID."),
        click.option(
            "--flag", "with_flags", multiple=True, type=click.Choice(FLAGS),
            help="With this flag; may come again.",
        ),
        click.option(
            "--state", "states", multiple=True, type=click.Choice(STANDINGS),
            help="In this state; may come again.",
        ),
        click.option("--endpoint", type=TEXT, metavar="PATH", help="Of the endpoint with this path."),
        click.option("--id", "prefix", type=TEXT, metavar="PREFIX", help="With an id that begins so."),
        click.argument("ids", type=TEXT, nargs=-1, metavar="[ID]..."),
    ):  # fmt: skip
        command = option(command)
    return command


def refuse_unknown(ledger: Ledger, ids: tuple[str, ...]) -> None:
    """Refuse ids that no message has.

    Raises:
        BadConfiguration: there are some.
    """

    def find(asked: tuple[str, ...]) -> list[MessageRecord]:
        return ledger.find(Filters(ids=asked), limit=len(asked))

    refuse_unknown_ids(ids, find, "hookproof inbox list")


def pages(ledger: Ledger, filters: Filters, limit: int | None) -> Iterator[list[MessageRecord]]:
    """The messages that are meant, oldest first, some at a time: each page is read when it is its turn.

    Args:
        ledger: where they are.
        filters: which ones.
        limit: how many at the most; None for all.
    """

    def find(most: int, after: str | None) -> list[MessageRecord]:
        return ledger.find(filters, limit=most, newest_first=False, after=after)

    return pages_of(find, limit)


def refuse_options_of_messages(filters: Filters) -> None:
    """Refuse filters that mean nothing for requests.

    Raises:
        UsageError: there is one.
    """
    for name, value in ("state", filters.states), ("search", filters.search):
        if value is not None:
            raise click.UsageError(
                f"--{name} chooses among messages: leave it out, or --deliveries",
                click.get_current_context(),
            )


def each(ids: Iterable[str], prefix: str) -> tuple[str, ...]:
    """Those of the ids that begin with `msg_`, `dlv_` and the like."""
    return tuple(one for one in ids if one.startswith(f"{prefix}_"))


def _canonical(guid: str | None) -> str | None:
    return None if guid is None else read_guid([(GUID_HEADER, guid)]) or guid
