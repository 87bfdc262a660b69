"""`hookproof token new`."""

from __future__ import annotations

import click

from hookproof.clock import to_text
from hookproof_runtime.command_line import (
    DURATION,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
)
from hookproof_runtime.database import folder_of

from ..tokens import SCOPES, Scope, Tokens, signing_key
from .storage import database_option


@click.group()
def token() -> None:
    """Bearer tokens for the run-job API."""


@command("new", example='hookproof token new --scope run-job --expires "1 h"')
@config_option("receiver")
@database_option
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="The one thing it is good for.")
@click.option("--expires", type=DURATION, default="1 h", show_default=True, help="For how long.")
@json_option
def new(database: str, scope: Scope, expires: float, as_json: bool) -> None:
    """Make a token: what follows `Bearer ` in the header Authorization.

    It is signed with a key that lies beside the receiver's database, made there the first time.
    """
    made = Tokens(signing_key(folder_of(database))).new(scope, expires)
    expires_at = to_text(made.expires_ns)
    if as_json:
        answer_json({"token": made.text, "id": made.id, "scope": made.scope, "expires_at": expires_at})
    else:
        answer(made.text)
        note(f"{made.id}: good for {made.scope} until {expires_at}; whoever has it can use it")


token.add_command(new)
