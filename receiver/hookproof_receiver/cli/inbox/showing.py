"""`hookproof inbox show`."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import click

from hookproof.clock import to_text
from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    TEXT,
    answer,
    answer_json,
    clock_time,
    command,
    json_option,
    note,
    printable,
)
from hookproof_runtime.masking import masked_headers

from ...inbox import DeliveryRecord, Ledger, MessageWhole
from ...inspector.found import Found
from ...inspector.words import flag, verdict
from ...refusals import Kept
from ...replay import ReplayStore
from . import documents, replays
from .finding import find
from .opening import ledger_under, place_options
from .words import delivery_line, standing, target_of


@command(
    "show",
    example="hookproof inbox show msg_06C8V0ZB7Q0000000000000000",
    summary="Show a message, a request, a refused one or a replay.",
)
@click.argument("one", type=TEXT, metavar="ID")
@click.option("--headers", "with_headers", is_flag=True, help="The headers too; tokens are hidden (…).")
@click.option("--body", "with_body", is_flag=True, help="The body alone, as it came; with --json, too.")
@place_options
@json_option
@click.pass_context
def show(
    ctx: click.Context, /, one: str, with_headers: bool, with_body: bool, as_json: bool, **flags: Any
) -> None:
    """Show a message (msg_…), a request (dlv_…), also one that was refused, or a replay (rpl_…).

    What happened to it, what happens next by itself, and what a person can do now.
    """
    with ledger_under(ctx, flags) as ledger:
        found = find(ledger, one)
        if as_json:
            _tell_json(ledger, found, with_body)
        elif with_body:
            _tell_body(found)
        else:
            for text in _page(ledger, found, with_headers):
                answer(text)


def _tell_json(ledger: Ledger, found: Found, with_body: bool) -> None:
    content = found.content
    if found.message is not None:
        gone = ledger.is_gone(found.message.record)
        document = documents.whole_message(found.message, ledger.now_ms(), gone=gone)
        document["replays"] = [
            replays.document(one, running=ledger.lives(one.owner))
            for one in ReplayStore(ledger.engine).of_message(found.id)
        ]
    elif found.replay is not None:
        document = replays.document(found.replay, running=ledger.lives(found.replay.owner))
    else:
        document = {} if found.delivery is None else documents.delivery(found.delivery)
        if found.refusal is not None:
            document = documents.refusal(found.refusal.record) | document
            document["cause"] = found.refusal.record.cause
        headers = () if content is None else masked_headers(content.headers)
        document["headers"] = [list(pair) for pair in headers]
        document["kept_apart"] = found.apart
    if with_body and found.replay is None:
        document["body_base64"] = None if content is None else b64encode(content.body).decode()
    answer_json(document)


def _tell_body(found: Found) -> None:
    if found.content is None:
        raise BadConfiguration(f"the body of {found.id} is not kept: {found.why_no_content}")
    body = found.content.body
    if sys.stdout.isatty():  # it may hold what a terminal acts on
        answer(printable(body.decode("utf-8", "backslashreplace")))
        note("for the bytes themselves, send this to a file")
    else:
        click.echo(body, nl=False)


def _page(ledger: Ledger, found: Found, with_headers: bool) -> Iterable[str]:
    if found.message is not None:
        yield from _message(ledger, found.message)
    elif found.delivery is not None:
        yield from _delivery(ledger, found)
    elif found.refusal is not None:
        yield from _refused(found.refusal)
    elif found.replay is not None:
        yield replays.shown_line(found.replay, running=ledger.lives(found.replay.owner))
        yield f"of        {found.replay.of}"
        yield f"message   {found.replay.message_id or '-'}"
    if with_headers and found.content is not None:
        for name, value in masked_headers(found.content.headers):
            yield f"  > {printable(name)}: {printable(value)}"


def _message(ledger: Ledger, whole: MessageWhole) -> Iterable[str]:
    record = whole.record
    yield f"{record.id}  {record.method} {target_of(record)}"
    yield standing(record, ledger.now_ms(), gone=ledger.is_gone(record))
    yield f"endpoint  {printable(record.endpoint)}"
    yield f"guid      {printable(record.guid or '-')}"
    yield f"recorded  {clock_time(record.created_ms)}, changed {clock_time(record.updated_ms)}"
    yield _body_of(whole)
    if whole.answer is not None:
        yield f"answer    {record.status}, {len(whole.answer.body)} B of {whole.answer.content_type}"
    for name in record.flags:
        yield f"flag      {flag(name)}"
    for replay in ReplayStore(ledger.engine).of_message(record.id):
        yield f"replay    {replays.shown_line(replay, running=ledger.lives(replay.owner))}"
    for one in whole.deliveries:
        yield ""
        yield delivery_line(one)
        yield f"  {verdict(one)}"
        if one.secret_label is not None:
            yield f"  {_proof(one)}"


def _body_of(whole: MessageWhole) -> str:
    if whole.content is None:
        return f"body      {whole.record.size} B, removed when they were old; retries are still known"
    return f"body      {whole.record.size} B, sha256 {whole.content.digest}"


def _delivery(ledger: Ledger, found: Found) -> Iterable[str]:
    record = found.delivery
    assert record is not None
    yield delivery_line(record)
    yield verdict(record)
    yield _proof(record)
    for name in record.flags:
        yield f"flag      {flag(name)}"
    if record.message_id is not None:
        whole = ledger.show(record.message_id)
        if whole is not None:
            now_ms = ledger.now_ms()
            gone = ledger.is_gone(whole.record)
            yield f"message   {record.message_id}: {standing(whole.record, now_ms, gone=gone)}"
    if found.apart and found.content is not None:
        yield f"body      {len(found.content.body)} B, kept apart"
        yield f"to run it all the same: hookproof inbox replay {record.id}"
    elif "linked" in record.flags:
        yield f"to run it as a message of its own: hookproof inbox replay {record.id}"
    for one in ReplayStore(ledger.engine).of(record.id):
        yield f"replay    {replays.shown_line(one, running=ledger.lives(one.owner))}"
    if found.refusal is not None and found.refusal.record.cause is not None:
        yield f"why       {printable(found.refusal.record.cause)}"


def _proof(record: DeliveryRecord) -> str:
    if record.secret_label is None:
        return "unsigned on purpose"
    label = "verified"
    if record.secret_label:
        label += f', secret "{printable(record.secret_label)}"'
    if record.signed_ms is None:
        return label
    age_s = (record.received_ms - record.signed_ms) / 1000
    return f"{label}, signed {to_text(record.signed_ms * 1_000_000)}, {age_s:.1f} s before it came"


def _refused(kept: Kept) -> Iterable[str]:
    record = kept.record
    yield f"{record.id}  {record.method} {printable(record.endpoint)}  refused (401): {record.code}"
    yield printable(record.sentence)
    if record.cause is not None:
        yield f"why       {printable(record.cause)}"
    yield f"scheme    {printable(record.scheme)}"
    yield f"received  {clock_time(record.received_ns // 1_000_000)}"
    left_out = "" if kept.body is not None else ", too long to be kept"
    yield f"body      {record.body_bytes} B{left_out}, sha256 {record.body_sha256}"
    yield f"to look into it elsewhere: hookproof inbox bundle {record.id} --out bundle.json"
    yield f"once the secret is right: hookproof inbox replay {record.id}"
