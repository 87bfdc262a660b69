"""`hookproof token new`, `list` and `revoke`."""

from __future__ import annotations

import click

from hookproof.clock import system_clock, to_text
from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    DURATION,
    answer,
    answer_json,
    command,
    json_option,
    note,
    printable,
)
from hookproof_runtime.database import Engine, folder_of

from ..tokens import SCOPES, Record, Scope, Tokens, TokenStore, record_of, signing_key
from .storage import opened, receiver_database


@click.group()
def token() -> None:
    """Bearer tokens for the run-job API, and for the pages."""


@command(
    "new",
    example='hookproof token new --scope run-job --expires "1 h"',
    summary="Make a token, shown once.",
)
@receiver_database
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="The one thing it is good for.")
@click.option("--expires", type=DURATION, default="1 h", show_default=True, help="For how long.")
@click.option("--label", metavar="TEXT", default="", help="What it is for, in your words.")
@json_option
def new(database: str | Engine, scope: Scope, expires: float, label: str, as_json: bool) -> None:
    """Make a token: what follows `Bearer ` in the header Authorization, or logs in to the pages.

    It is shown this once: written down are its id, scope, label and times. It is signed with a key that
    lies beside the receiver's database, made there the first time.
    """
    with opened(database) as engine:
        made = Tokens(signing_key(folder_of(engine.url))).new(scope, expires)
        TokenStore(engine).add(record_of(made, label, system_clock()))
    expires_at = to_text(made.expires_ns)
    if as_json:
        answer_json(
            {
                "token": made.text,
                "id": made.id,
                "scope": made.scope,
                "label": label,
                "expires_at": expires_at,
            }
        )
    else:
        answer(made.text)
        note(f"{made.id}: good for {made.scope} until {expires_at}; whoever has it can use it")
        note(f"it is not shown again; `hookproof token revoke {made.id}` takes it back")


@command("list", example="hookproof token list", summary="List the tokens that were made.")
@receiver_database
@json_option
def list_(database: str | Engine, as_json: bool) -> None:
    """List the tokens that were made, oldest first: everything but the tokens."""
    with opened(database) as engine:
        records = TokenStore(engine).all()
    now_ns = system_clock()
    if as_json:
        answer_json({"tokens": [_document(record, now_ns) for record in records]})
        return
    for record in records:
        answer(_line(record, now_ns))
    if not records:
        note("there is no token yet: hookproof token new --scope run-job")


@command("revoke", example="hookproof token revoke tok_0123456789abcdef", summary="Take a token back.")
@click.argument("which", metavar="ID")
@receiver_database
@json_option
def revoke(which: str, database: str | Engine, as_json: bool) -> None:
    """Take a token back, for good: the next request that comes with it is answered 401.

    A token made by an older hookproof was not written down and cannot be taken back by itself; without
    the file token.key beside the database no token made so far is good any more.
    """
    with opened(database) as engine:
        record = TokenStore(engine).revoke(which, system_clock())
    if record is None:
        raise BadConfiguration(  # without it: it may be the token itself
            "there is no token with this id: `hookproof token list` shows the ids, tok_ and 16 digits"
        )
    if as_json:
        answer_json(_document(record, system_clock()))
    else:
        answer(f"{record.id} revoked {to_text(record.revoked_ns or 0)}")


def _line(record: Record, now_ns: int) -> str:
    state = record.state(now_ns)
    when = to_text(record.revoked_ns or record.expires_ns)
    words = {
        "good": f"good until {when}",
        "revoked": f"revoked {when}",
        "expired": f"over since {when}",
    }
    label = f'  "{printable(record.label)}"' if record.label else ""
    return f"{record.id}  {record.scope:<7}  {words[state]}{label}"


def _document(record: Record, now_ns: int) -> dict[str, str | None]:
    return {
        "id": record.id,
        "scope": record.scope,
        "label": record.label,
        "state": record.state(now_ns),
        "created_at": to_text(record.created_ns),
        "expires_at": to_text(record.expires_ns),
        "revoked_at": None if record.revoked_ns is None else to_text(record.revoked_ns),
    }


token.add_command(new)
token.add_command(list_)
token.add_command(revoke)
