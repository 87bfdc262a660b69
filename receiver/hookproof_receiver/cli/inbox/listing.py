"""`hookproof inbox list`."""

from __future__ import annotations

from typing import Any

import click

from hookproof_runtime.command_line import TEXT, answer, answer_json, command, json_option, note

from ...identity import Verdict
from ...inbox import VERDICTS, DeliveryFilters, Filters, Ledger
from ...refusals import RefusalStore
from .choosing import choosing_options, refuse_options_of_messages, refuse_unknown
from .documents import delivery, message
from .opening import ledger_under, place_options
from .words import delivery_line, line


@command(
    "list",
    example="hookproof inbox list --state parked --since '2 h ago'",
    summary="List messages, or requests, the newest first.",
)
@choosing_options
@click.option("--deliveries", "requests", is_flag=True, help="Requests, in the place of messages.")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=click.Choice(VERDICTS),
    help="Requests with which this was done; may come again.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At the most."
)
@click.option("--before", type=TEXT, metavar="ID", help="The next page: older than this one.")
@place_options
@json_option
@click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document a message or request.")
@click.pass_context
def list_(
    ctx: click.Context, /, filters: Filters, requests: bool, verdicts: tuple[Verdict, ...], limit: int,
    before: str | None, as_json: bool, as_lines: bool, **flags: Any,
) -> None:  # fmt: skip
    """List messages, the newest first; with --deliveries or --verdict, requests.

    A line says when it was recorded, its id, where it stands, how often its handler was started, what
    was asked for, what it was answered last, what is odd about it, and when it is due next.
    """
    if as_json and as_lines:
        raise click.UsageError("give --json or --jsonl, not both", ctx)
    with ledger_under(ctx, flags) as ledger:
        page = _Page(limit, before, as_json, as_lines)
        if requests or verdicts:
            refuse_options_of_messages(filters)
            _list_deliveries(ledger, _of_requests(filters, verdicts), page)
        else:
            refuse_unknown(ledger, filters.ids or ())
            _list_messages(ledger, filters, page)


class _Page:
    """How much is listed, and how."""

    def __init__(self, limit: int, before: str | None, as_json: bool, as_lines: bool) -> None:
        self.limit = limit
        self.before = before
        self.as_json = as_json
        self.as_lines = as_lines

    def tell(self, name: str, rows: list[tuple[str, str, dict[str, Any]]]) -> None:
        """Print rows of an id, a line and a document, of which the one too many is not shown."""
        shown, more = rows[: self.limit], len(rows) > self.limit
        following = shown[-1][0] if more else None
        if self.as_json:
            answer_json({name: [document for _, _, document in shown], "next": following})
        for _, text, document in () if self.as_json else shown:
            if self.as_lines:
                answer_json(document)
            else:
                answer(text)
        if not shown:
            note("nothing is on record that fits")
        elif more:
            note(f"the newest {len(shown)} are shown; the next: --before {following}")


def _list_messages(ledger: Ledger, filters: Filters, page: _Page) -> None:
    now_ms = ledger.now_ms()
    rows = []
    for record in ledger.find(filters, limit=page.limit + 1, after=page.before):
        gone = ledger.is_gone(record)
        text = line(record, now_ms, gone=gone)
        rows.append((record.id, text, message(record, now_ms, gone=gone)))
    page.tell("messages", rows)
    if not rows and filters == Filters() and RefusalStore(ledger.engine).records(1):
        note("there are requests whose signature was refused: hookproof inbox refusals")


def _list_deliveries(ledger: Ledger, filters: DeliveryFilters, page: _Page) -> None:
    found = ledger.deliveries(filters, limit=page.limit + 1, after=page.before)
    page.tell("deliveries", [(one.id, delivery_line(one), delivery(one)) for one in found])


def _of_requests(filters: Filters, verdicts: tuple[Verdict, ...]) -> DeliveryFilters:
    return DeliveryFilters(
        ids=filters.ids,
        prefix=filters.prefix,
        endpoint=filters.endpoint,
        verdicts=verdicts or None,
        flags=filters.flags,
        guid=filters.guid,
        since_ms=filters.since_ms,
        until_ms=filters.until_ms,
    )
