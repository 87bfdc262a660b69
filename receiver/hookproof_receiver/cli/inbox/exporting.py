"""`hookproof inbox export`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import click

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import Exit, command, note, printable

from ...inbox import Filters, Ledger
from ...inspector.found import Found
from .choosing import choosing_options, pages, refuse_unknown
from .exports import Export, as_command, as_har, as_line, as_request
from .files import private_folder, write_private
from .finding import find
from .opening import ledger_under, place_options

_ENDINGS = {"request": ".json", "curl": ".sh"}


@command(
    "export",
    example="hookproof inbox export --state parked --out parked --format request",
    summary="Write requests as files: JSON, curl, HAR.",
)
@choosing_options
@click.option("--all", "every", is_flag=True, help="In the place of filters: every message.")
@click.option("--limit", type=click.IntRange(1), help="No more than so many, the oldest first.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["request", "jsonl", "curl", "har"]),
    default="request",
    show_default=True,
    help="request, curl: a file each; jsonl, har: one for all.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER|FILE",
    help="Write there (0600); one, or jsonl and har, may go to standard output.",
)
@click.option("--with-credentials", is_flag=True, help="Leave tokens in headers and URL as they came.")
@place_options
@click.pass_context
def export(
    ctx: click.Context, /, filters: Filters, every: bool, limit: int | None,
    form: Literal["request", "jsonl", "curl", "har"], out: Path | None, with_credentials: bool,
    **flags: Any,
) -> int:  # fmt: skip
    """Write requests as files: with the headers and the body that were signed.

    `hookproof verify --request FILE --at TIME` and `hookproof explain --request FILE` read each.
    msg_… is the request whose body the message holds; dlv_… one that was kept apart, or refused.
    Exit code: 1 where one is not exported, because its body is not kept.
    """
    if filters == Filters() and not every:
        raise click.UsageError("this would export every message: say which, or --all", ctx)
    count = left = 0

    def exports() -> Iterator[Export]:
        nonlocal count, left
        for found in _chosen(ledger, filters, limit):
            one = _export(ledger, found)
            if one is None:
                left += 1
                note(f"{found.id}  not exported: its body is not kept: {found.why_no_content}")
            else:
                count += 1
                yield one if with_credentials else one.masked()

    with ledger_under(ctx, flags) as ledger:
        if form in ("request", "curl"):
            _write_each(exports(), as_request if form == "request" else as_command, form, out)
        else:
            _write_all(_joined(exports(), form), out)
    note(f"exported {count}" + (f", not exported: {left}" if left else ""))
    if with_credentials and count:
        note("tokens are in it: for people who may have them")
    return Exit.NO if left else Exit.DONE


def _chosen(ledger: Ledger, filters: Filters, limit: int | None) -> Iterator[Found]:
    if filters.ids:
        if filters != Filters(ids=filters.ids):
            raise click.UsageError("give ids, or filters", click.get_current_context())
        refuse_unknown(ledger, tuple(one for one in filters.ids if one.startswith("msg_")))
        for one in dict.fromkeys(filters.ids):
            if not one.startswith(("msg_", "dlv_")):
                raise BadConfiguration(f"an id is msg_… or dlv_…, not {printable(one)}")
            yield find(ledger, one)
        return
    for page in pages(ledger, filters, limit):
        for record in page:
            yield find(ledger, record.id)


def _export(ledger: Ledger, found: Found) -> Export | None:
    content = found.content
    if content is None:
        return None
    whole = found.message
    if whole is None and found.delivery is None:
        assert found.refusal is not None
        record = found.refusal.record
        return Export(
            found.id, None, record.endpoint, record.method, record.target, record.received_ns, 401,
            content.headers, content.body,
        )  # fmt: skip
    request = found.delivery
    if whole is not None:
        same = [one for one in whole.deliveries if one.signed_ms == whole.signed_ms]
        request = same[-1] if same else None
    if request is not None:
        return Export(
            found.id, request.message_id, request.endpoint, request.method, request.target,
            request.received_ms * 1_000_000, request.status, content.headers, content.body,
        )  # fmt: skip
    assert whole is not None
    message = whole.record
    return Export(
        found.id, message.id, message.endpoint, message.method, message.target,
        message.created_ms * 1_000_000, message.status, content.headers, content.body,
    )  # fmt: skip


def _joined(exports: Iterator[Export], form: str) -> bytes:
    return as_har(exports) if form == "har" else b"".join(map(as_line, exports))


def _write_all(data: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(data, nl=False)
    else:
        write_private(out, data)


def _write_each(exports: Iterator[Export], written: Any, form: str, out: Path | None) -> None:
    if out is not None:
        private_folder(out)
    for number, one in enumerate(exports):
        if out is not None:
            write_private(out / (one.id + _ENDINGS[form]), written(one))
        elif number:
            raise click.UsageError(
                "of more than one, each is a file: give --out FOLDER, or --format jsonl or har",
                click.get_current_context(),
            )
        else:
            click.echo(written(one), nl=False)
