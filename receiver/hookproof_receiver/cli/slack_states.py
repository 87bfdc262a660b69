"""`hookproof slack archive`, `prohibit` and `open`: whether a channel takes messages."""

from __future__ import annotations

import click

from hookproof_runtime.command_line import answer, answer_json, command, json_option
from hookproof_runtime.database import Engine

from ..slack import SlackService
from ..slack.channel import State
from .storage import opened, receiver_database


@command("archive", example="hookproof slack archive plan-runs", summary="Archive a channel.")
@click.argument("name")
@receiver_database
@json_option
def archive(name: str, database: str | Engine, as_json: bool) -> None:
    """Archive a channel: from the next message on it answers 410 `channel_is_archived`."""
    _set(name, "archived", database, as_json)


@command(
    "prohibit", example="hookproof slack prohibit plan-runs", summary="Forbid posting to a channel."
)
@click.argument("name")
@receiver_database
@json_option
def prohibit(name: str, database: str | Engine, as_json: bool) -> None:
    """Forbid posting to a channel: from the next message on it answers 403 `action_prohibited`."""
    _set(name, "prohibited", database, as_json)


@command("open", example="hookproof slack open plan-runs", summary="Let a channel take messages again.")
@click.argument("name")
@receiver_database
@json_option
def open_(name: str, database: str | Engine, as_json: bool) -> None:
    """Let a channel that was archived, or where posting was prohibited, take messages again."""
    _set(name, "open", database, as_json)


def _set(name: str, state: State, database: str | Engine, as_json: bool) -> None:
    with opened(database) as engine:
        channel = SlackService(engine).set_state(name, state)
    if as_json:
        answer_json({"channel": channel.name, "state": state})
    else:
        answer(f"#{channel.name} is {state}")
