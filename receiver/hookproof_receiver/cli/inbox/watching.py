"""`hookproof inbox watch`."""

from __future__ import annotations

import threading
from typing import Any

import click

from hookproof_runtime.command_line import (
    MOMENT,
    answer,
    answer_json,
    command,
    due,
    note,
    printable,
)

from ...inbox import Answer, DeliveryRecord, MessageRecord
from ...ingest import Explained, Received
from ...ingest.lines import answered, line, timed
from ...refusals import Record
from . import documents
from .following import Came, Follower, Happening, Left, Moved, WasRefused
from .opening import ledger_under, place_options

_LOOKS_EVERY = 0.2  # seconds


@command(
    "watch",
    example="hookproof inbox watch --since '10 min ago'",
    summary="Follow the inbox, whichever process receives.",
)
@click.option(
    "--since", type=MOMENT, metavar="TIME|DURATION ago", help="Begin with what came then or later."
)
@place_options
@click.option("--jsonl", "as_lines", is_flag=True, help="One JSON document a line.")
@click.pass_context
def watch(ctx: click.Context, /, since: int | None, as_lines: bool, **flags: Any) -> None:
    """Follow the inbox, whichever process receives: two lines a request, until Ctrl-C.

    As `hookproof receive` prints them: one when a request was judged, one when it was answered, and a
    third that says why it was refused. What was answered before it was finished has another line when
    that comes. It looks five times a second.
    """
    with ledger_under(ctx, flags) as ledger:
        follower = Follower(ledger, since)
        note(f"ready: watching {printable(str(ledger.engine.url.database))}; Ctrl-C to stop")
        pause = threading.Event()
        while True:
            for happening in follower.look():
                if as_lines:
                    answer_json(_document(happening, ledger.now_ms()))
                else:
                    for text in _lines(happening, ledger.now_ms()):
                        answer(printable(text))
            pause.wait(_LOOKS_EVERY)


def _document(happening: Happening, now_ms: int) -> dict[str, Any]:
    match happening:
        case Came(delivery, _):
            return {"event": "received", **documents.delivery(delivery)}
        case Left(delivery, message):
            standing = None if message is None else message.standing
            return {"event": "answered", **documents.delivery(delivery), "state": standing}
        case WasRefused(refusal):
            return {"event": "refused", **documents.refusal(refusal)}
        case Moved(message):
            return {"event": "message", **documents.message(message, now_ms)}


def _lines(happening: Happening, now_ms: int) -> list[str]:
    match happening:
        case Came(delivery, message):
            return [line(_received(delivery, message))]
        case Left(delivery, message):
            return [_left(delivery, message)]
        case WasRefused(refusal):
            return _refused(refusal)
        case Moved(message):
            return [_moved(message, now_ms)]


def _received(delivery: DeliveryRecord, message: MessageRecord | None) -> Received:
    sentence = "unsigned on purpose"
    age = ""
    if delivery.signed_ms is not None:
        age = f"{(delivery.received_ms - delivery.signed_ms) / 1000:.1f} s old"
    if delivery.stale is not None:
        sentence = f"authentic, and {age}"
    elif delivery.secret_label is not None:
        label = f'secret "{delivery.secret_label}"' if delivery.secret_label else ""
        sentence = ", ".join(part for part in ("verified", label, age) if part)
    return Received(
        at_ns=delivery.received_ms * 1_000_000,
        delivery_id=delivery.id,
        method=delivery.method,
        path=delivery.endpoint,
        size=None if message is None else message.size,
        guid=delivery.guid,
        code=delivery.stale,
        sentence=sentence,
        delivery=None,
    )


def _left(delivery: DeliveryRecord, message: MessageRecord | None) -> str:
    """When it was answered is not written down; it is known where its run was the message's last."""
    status = delivery.status or 0
    refused = delivery.verdict in ("stale", "body_changed", "no_identity")
    decided = Answer(
        status,
        code=(delivery.stale or delivery.verdict) if refused else None,
        message_id=delivery.message_id,
        duplicate=delivery.verdict == "answered",
        kept=status == 200 and message is not None and _was_kept(delivery, message),
    )
    ran = delivery.verdict in ("new", "again") and message is not None and message.status == status
    if not ran or message is None or decided.kept or message.state == "running":
        return timed(delivery.received_ms * 1_000_000, answered(delivery.id, decided, None))
    duration_s = max(0, message.updated_ms - delivery.received_ms) / 1000
    text = answered(delivery.id, decided, duration_s, message.error)
    return timed(message.updated_ms * 1_000_000, text)


def _was_kept(delivery: DeliveryRecord, message: MessageRecord) -> bool:
    return message.state == "kept" or (message.promised and delivery.verdict != "answered")


def _refused(refusal: Record) -> list[str]:
    at_ns = refusal.received_ns
    came = Received(
        at_ns=at_ns,
        delivery_id=refusal.id,
        method=refusal.method,
        path=refusal.endpoint,
        size=refusal.body_bytes,
        guid=None,
        code=refusal.code,
        sentence=refusal.sentence,
        delivery=None,
    )
    told = [line(came), timed(at_ns, answered(refusal.id, Answer(401, code=refusal.code), None))]
    if refusal.cause is not None:
        told.append(line(Explained(at_ns, refusal.id, refusal.cause)))
    return told


def _moved(message: MessageRecord, now_ms: int) -> str:
    status = "-" if message.status is None else str(message.status)
    text = f"run {status:<28}  {message.id}  attempt {message.attempts}  "
    text += "handled" if message.state == "done" else message.standing
    if message.due_ms is not None:
        text += f", {due(message.due_ms, now_ms)}"
    if message.error is not None and message.state != "done":
        text += f": {message.error}"
    return timed(message.updated_ms * 1_000_000, text)
