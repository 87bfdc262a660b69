"""`hookproof outbox show`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import click

from hookproof.clock import to_text
from hookproof_runtime.command_line import (
    TEXT,
    Exit,
    answer,
    answer_json,
    clock_time,
    command,
    config_option,
    json_option,
    note,
    printable,
)
from hookproof_runtime.command_line.request.repeating import Repeatable

from ...app import Sender
from ...outbox import Kept
from ...wire import Attempt
from ..advice import advise
from ..exchange import start_of, steps
from ..lines import attempt_line, duration
from ..options import database_option
from ..repeat import FORMS, Form, print_repeatable
from .choosing import refuse_unknown
from .documents import whole_message
from .repeating import request_of
from .words import standing

_WORDS = {"tls": "TLS"}


@command("show", example="hookproof outbox show msg_06C8V0ZB7Q0000000000000000 --as curl")
@click.argument("message_id", type=TEXT, metavar="msg_…")
@click.option(
    "--as", "form", type=click.Choice(FORMS), default="text", show_default=True,
    help="curl, http: the request, to be repeated by hand.",
)  # fmt: skip
@database_option
@config_option("sender")
@json_option
def show(message_id: str, form: Form, database: str, as_json: bool) -> int:
    """Show a message and each of its attempts.

    Tokens and passwords are hidden (…). With --as curl each is a shell variable to be filled in; with
    --as http they stay hidden, and `hookproof verify --request` reads it.
    """
    if as_json and form != "text":
        raise click.UsageError("give --json or --as, not both", click.get_current_context())
    sender = Sender(database=database)
    outbox = sender.outbox
    refuse_unknown(outbox, (message_id,))
    kept = outbox.show(message_id)
    assert kept is not None
    now_ms = outbox.now_ms()
    node = sender.plan_runner().node_of(message_id)
    if as_json:
        run = node and {"id": node[0], "handle": node[1]}
        answer_json({**whole_message(kept, now_ms), "run": run})
    elif form == "text":
        for line in _page(kept, now_ms, node):
            answer(line)
    else:
        _repeat(kept, form)
    return Exit.DONE


def _page(kept: Kept, now_ms: int, node: tuple[str, str] | None) -> Iterable[str]:
    yield f"{kept.id}  {printable(kept.task)}"
    yield standing(kept, now_ms)
    if node is not None:
        run_id, handle = node
        yield f"plan      {handle} of {run_id}: hookproof plan show {run_id}"
    yield f"target    {kept.method} {printable(kept.target)}"
    if not kept.verify_tls:
        yield "          its server's certificate is NOT checked"
    yield f"guid      {kept.guid}"
    yield f"recorded  {clock_time(kept.created_ms)}, changed {clock_time(kept.updated_ms)}"
    yield f"body      {kept.body_bytes} B{_start_of(kept.body)}"
    if kept.signed is not None:
        yield f"signed    {'yes' if kept.signed else 'no: it has no secret'}"
    if not kept.history:
        yield from (f"  > {printable(name)}: {printable(value)}" for name, value in kept.headers)
    for attempt in kept.history:
        yield ""
        yield from _attempt(attempt)
    if kept.history and (advice := advise(kept.history[-1])) is not None:
        yield ""
        yield advice


def _attempt(attempt: Attempt) -> Iterable[str]:
    yield f"attempt {attempt.number}  {attempt_line(attempt)}"
    yield f"  at {to_text(attempt.started_ns)}  {_way(attempt)}"
    yield f"  {_timings(attempt)}"
    if (request := attempt.request) is not None:
        line = Repeatable(request.method, request.url, request.headers, b"").line
        yield f"  > {printable(line)}"
        yield from (f"  > {printable(name)}: {printable(value)}" for name, value in request.headers)
    if attempt.status is not None:
        yield f"  < {attempt.status}"
    yield from (f"  < {printable(name)}: {printable(value)}" for name, value in attempt.answer_headers)
    if attempt.answer:
        yield f"  answer: {len(attempt.answer)} B kept{_start_of(attempt.answer)}"


def _way(attempt: Attempt) -> str:
    parts = [f"peer {attempt.peer or '-'}" + (" (connection used again)" if attempt.reused else "")]
    parts.append(f"guid {attempt.guid or '-'}")
    parts.append("signed" if attempt.signed else "not signed")
    if attempt.loopback_allowed:
        parts.append("loopback allowed")
    return "  ".join(parts)


def _timings(attempt: Attempt) -> str:
    return "after  " + "  ".join(
        f"{_WORDS.get(name, name)} {duration(at)}" for name, at in steps(attempt)
    )


def _start_of(body: bytes) -> str:
    return f": {start_of(body)}" if body else ""


def _repeat(kept: Kept, form: Literal["curl", "http"]) -> None:
    request = request_of(kept)
    print_repeatable(request, form)
    if not kept.history:
        note("it was not sent yet: signature and GUID come when it is")
    elif (signed := [one for one in kept.history if one.signed]) and request.headers:
        note(
            f"its signature is of {to_text(signed[-1].started_ns)}: receivers take one for minutes "
            "alone (300 s by default); hookproof sign makes a new one"
        )
