"""`hookproof inbox replay`."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import click

from hookproof.clock import system_clock
from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    Exit,
    answer,
    answer_json,
    command,
    given_headers,
    json_option,
    note,
    printable,
    read_body,
    settings_of,
)
from hookproof_runtime.database import Busy
from hookproof_runtime.logs import configure
from hookproof_runtime.masking import masked_url

from ...app import Receiver
from ...forwarding import Target, target_of
from ...inbox import Filters, Ledger, Standing
from ...replay import (
    GOOD,
    Changes,
    Planned,
    Planner,
    Refused,
    Replay,
    Replayer,
    Resender,
    SendPlanner,
)
from ..declared import SECRET_FILE, declare_first_try, declared, settings_under
from ..storage import opened
from .choosing import choosing_options, each, pages, refuse_unknown
from .declared_routes import endpoints_of, signers_of
from .opening import place_options
from .posting import post_to
from .replays import plan_line, planned_document, replay_document, result_line, summed

_USUAL: tuple[Standing, ...] = ("failed", "parked")


class _Asked(NamedTuple):
    """What somebody asks for."""

    filters: Filters
    limit: int | None
    changes: Changes
    again: bool
    dry_run: bool
    yes: bool
    as_json: bool
    to: Target | None
    """Where it is sent; None runs handlers."""
    resign: bool


class _Done(NamedTuple):
    """What came of one."""

    planned: Planned
    replay: Replay | None
    """None where it was not run."""
    reason: str | None
    """Why not."""


@command(
    "replay",
    example="hookproof inbox replay --state parked --app shop:receiver",
    summary="Run what was kept once more, here or at a URL.",
)
@choosing_options
@click.option("--all", "every", is_flag=True, help="In the place of filters: all that can be.")
@click.option("--limit", type=click.IntRange(1), help="No more than so many, the oldest first.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'|@FILE",
    help="Run it with this header, in the place of any of that name; @FILE reads lines of them.",
)
@click.option("--body", metavar="FILE", help="Run it with this body; - is standard input.")
@click.option(
    "--to", metavar="URL|PORT", help="Send it there over HTTP instead; no message changes here."
)
@click.option(
    "--resign", is_flag=True, help="With --to: sign it now, with the endpoint's newest secret."
)
@click.option("--as-it-was", is_flag=True, help="With --to: as it came, signature included (default).")
@click.option("--again", is_flag=True, help="Also what had its effect: it has a second one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, one by one; do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@place_options
@json_option
@click.pass_context
def replay(
    ctx: click.Context, /, filters: Filters, every: bool, limit: int | None, headers: tuple[str, ...],
    body: str | None, to: str | None, resign: bool, as_it_was: bool, again: bool, dry_run: bool,
    yes: bool, as_json: bool, **flags: Any,
) -> int:  # fmt: skip
    """Run the handler of what was kept once more, here, under the same id.

    msg_…: a message. dlv_…: a request that was kept apart (too late, another body, no identity), one
    that was taken for a retry (rule 3), which then is a message of its own, or one that was refused,
    which is judged again with the secrets as they are now. Filters choose among what failed or is
    parked, and what else --state names. The handlers come from --app and --config, as for `hookproof
    receive`.

    With --to it is sent there instead, as it came or signed anew, with its id in Hookproof-Message and
    that of the replay in Hookproof-Replay.

    It says what it will do, and asks. Afterwards each is fixed, handled (it had not run before), same,
    failed, still failing, or worse. Exit code: 1 where one failed, or was not run.
    """
    _refuse(ctx, filters, every, body)
    _refuse_where(ctx, to, resign, as_it_was)
    changes = Changes(tuple(given_headers(headers).items()), None if body is None else read_body(body))
    target = None if to is None else target_of(to)
    asked = _Asked(filters, limit, changes, again, dry_run, yes, as_json, target, resign)
    settings = settings_under(ctx, flags)
    configure(level=logging.WARNING)
    receiver = declared(settings, settings_of(ctx).sender)
    if not receiver.paths and SECRET_FILE.exists():
        declare_first_try(receiver)
    with opened(receiver.settings.database) as engine:
        return _replay(ctx, Ledger(engine), receiver, asked)


def _replay(ctx: click.Context, ledger: Ledger, receiver: Receiver, asked: _Asked) -> int:
    planner = _planner(ledger, receiver, asked)
    plan = list(_planned(ledger, planner, asked))
    say = answer if asked.dry_run and not asked.as_json else note
    for planned in plan:
        say(plan_line(planned, _changed(asked)))
    runnable = sum(planned.reason is None for planned in plan)
    if asked.dry_run:
        if asked.as_json:
            answer_json({"dry_run": True, "replays": [planned_document(one) for one in plan]})
        left = len(plan) - runnable
        note(f"dry run, nothing was done: would run {runnable}" + (f", not {left}" if left else ""))
        return Exit.NO if left else Exit.DONE
    if runnable and not asked.yes:
        _ask(ctx, runnable)
    done = list(_carry_out(ledger, receiver, plan, asked))
    if asked.as_json:
        rows = [replay_document(one.planned, one.replay, one.reason) for one in done]
        counts = summed(one.replay for one in done)
        answer_json({"dry_run": False, "replays": rows, "counts": counts})
    return _sum(done, len(plan))


def _refuse(ctx: click.Context, filters: Filters, every: bool, body: str | None) -> None:
    if filters == Filters() and not every:
        raise click.UsageError(
            "this would run everything that failed or is parked: say which (an id, --state, "
            "--endpoint, …), or --all",
            ctx,
        )
    if body is not None and len(filters.ids or ()) != 1:
        raise click.UsageError("--body is of one message: give its id", ctx)
    if filters.ids and filters != Filters(ids=filters.ids):
        raise click.UsageError("give ids, or filters", ctx)


def _refuse_where(ctx: click.Context, to: str | None, resign: bool, as_it_was: bool) -> None:
    if resign and as_it_was:
        raise click.UsageError("give --resign or --as-it-was, not both", ctx)
    if to is None and (resign or as_it_was):
        raise click.UsageError(
            "a handler that is run here is shown no signature: --resign and --as-it-was are for --to",
            ctx,
        )


def _planner(ledger: Ledger, receiver: Receiver, asked: _Asked) -> Planner | SendPlanner:
    new_body = asked.changes.body is not None
    if asked.to is not None:
        signer_at = signers_of(receiver) if asked.resign else None
        return SendPlanner(ledger, signer_at=signer_at, new_body=new_body)
    return Planner(
        ledger,
        endpoints_of(receiver),
        receiver.routes.verifier_at,
        again=asked.again,
        new_body=new_body,
    )


def _runner(ledger: Ledger, receiver: Receiver, asked: _Asked) -> Replayer | Resender:
    place = ledger.engine, system_clock, ledger.lock_dir
    if asked.to is None:
        return Replayer(*place, changes=asked.changes, again=asked.again)
    return Resender(
        *place,
        post=post_to(asked.to),
        target=masked_url(asked.to.base + asked.to.path),
        signer_at=signers_of(receiver) if asked.resign else None,
        changes=asked.changes,
    )


def _changed(asked: _Asked) -> tuple[str, ...]:
    """What is otherwise than it was, for the plan."""
    if asked.to is None:
        return asked.changes.names
    how = "signed anew" if asked.resign else "as it was"
    return (*asked.changes.names, f"sent {how} to {masked_url(asked.to.base + asked.to.path)}")


def _planned(ledger: Ledger, planner: Planner | SendPlanner, asked: _Asked) -> Iterator[Planned]:
    """What is asked for, oldest first."""
    filters = asked.filters
    if not filters.ids:
        chosen = replace(filters, states=filters.states or _USUAL)
        for page in pages(ledger, chosen, asked.limit):
            yield from map(planner.message, page)
        return
    messages = each(filters.ids, "msg")
    requests = each(filters.ids, "dlv")
    if other := [one for one in filters.ids if one not in messages + requests]:
        raise BadConfiguration(f"an id is msg_… or dlv_…, not {printable(other[0])}")
    refuse_unknown(ledger, messages)
    for page in pages(ledger, Filters(ids=messages), None) if messages else ():
        yield from map(planner.message, page)
    for one in dict.fromkeys(requests):
        planned = planner.request(one)
        if planned is None:
            raise BadConfiguration(
                f"no request {printable(one)} is on record here: `hookproof inbox list --deliveries` "
                "and `hookproof inbox refusals` list those that are"
            )
        yield planned


def _ask(ctx: click.Context, count: int) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("this is no terminal to ask at: --yes says that it is meant", ctx)
    what = "this one" if count == 1 else f"these {count}"
    click.confirm(f"run {what}?", err=True, abort=True)


def _carry_out(
    ledger: Ledger, receiver: Receiver, plan: list[Planned], asked: _Asked
) -> Iterator[_Done]:
    """Run one after another, until somebody says to stop."""
    replayer = _runner(ledger, receiver, asked)
    with _until_interrupted() as interrupted, replayer:
        for planned in plan:
            if interrupted:
                break
            done = _run(replayer, planned)
            if not asked.as_json:
                answer(result_line(done.planned, done.replay, done.reason))
            yield done


def _run(replayer: Replayer | Resender, planned: Planned) -> _Done:
    if planned.reason is not None:
        return _Done(planned, None, planned.reason)
    try:
        return _Done(planned, replayer.run(planned), None)
    except Refused as changed:
        return _Done(planned, None, str(changed))
    except Busy as busy:
        return _Done(planned, None, f"{busy}: it was not begun")


@contextmanager
def _until_interrupted() -> Iterator[list[int]]:
    """What Ctrl-C is told of: a handler that runs ends, and no further one begins. Twice: at once."""
    caught: list[int] = []

    def stop(number: int, _frame: object) -> None:
        caught.append(number)
        note("stopping after this one; Ctrl-C again leaves at once")
        signal.signal(number, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, before)


def _sum(done: list[_Done], asked: int) -> int:
    counts = summed(one.replay for one in done)
    not_run = sum(one.replay is None for one in done)
    parts = [f"{count} {name.replace('_', ' ')}" for name, count in counts.items()]
    if not_run:
        parts.append(f"{not_run} not run")
    if left := asked - len(done):
        parts.append(f"{left} left as they were")
    note("replayed: " + (", ".join(parts) or "nothing is on record that fits"))
    if left:
        return Exit.INTERRUPTED
    good = all(one.replay is not None and one.replay.result in GOOD for one in done)
    return Exit.DONE if good else Exit.NO
