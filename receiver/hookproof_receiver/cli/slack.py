"""`hookproof slack new-channel` and `hookproof slack show`."""

from __future__ import annotations

import json

import click

from hookproof.clock import to_text
from hookproof_runtime.command_line import (
    answer,
    answer_json,
    command,
    config_option,
    json_option,
    note,
    printable,
)
from hookproof_runtime.settings import ReceiverSettings

from ..slack import Message, SlackService
from ..slack.channel import curl_sample
from .storage import database_option, opened

_listen_option = click.option(
    "--listen",
    metavar="HOST:PORT",
    default=ReceiverSettings().listen,
    show_default=True,
    help="Where the receiver listens: the URL begins with it.",
)


@click.group()
def slack() -> None:
    """Channels of the local Slack end, which `hookproof receive --slack` serves."""


@command(
    "new-channel",
    example="hookproof slack new-channel plan-runs",
    summary="Make a channel; print the URL of its webhook.",
)
@click.argument("name")
@config_option("receiver")
@database_option
@_listen_option
@json_option
def new_channel(name: str, database: str, listen: str, as_json: bool) -> None:
    """Make a channel with an incoming webhook; print its URL, and the cURL command Slack would show."""
    with opened(database) as engine:
        channel = SlackService(engine).new_channel(name)
    url = f"http://{listen}{channel.path}"
    if as_json:
        answer_json({"channel": channel.name, "url": url, "curl": curl_sample(url)})
        return
    answer(url)
    note(curl_sample(url))
    note("whoever has this URL can post; `hookproof receive --slack` serves it")


@command(
    "show",
    example="hookproof slack show plan-runs",
    summary="Show the messages of a channel, or list the channels.",
)
@click.argument("name", required=False)
@click.option("--url", "as_url", is_flag=True, help="Print the channel's URL instead.")
@config_option("receiver")
@database_option
@_listen_option
@json_option
def show(name: str | None, as_url: bool, database: str, listen: str, as_json: bool) -> None:
    """Show the messages of a channel, oldest first; without NAME, list the channels."""
    if as_url and name is None:
        raise click.UsageError("--url needs a channel's NAME", click.get_current_context())
    with opened(database) as engine:
        service = SlackService(engine)
        if name is None:
            _list(service, as_json)
        elif as_url:
            url = f"http://{listen}{service.channel(name).path}"
            answer_json({"url": url}) if as_json else answer(url)
        else:
            _show(service.messages(name), name.removeprefix("#"), as_json)


def _list(service: SlackService, as_json: bool) -> None:
    channels = service.channels()
    if as_json:
        answer_json(
            {"channels": [{"channel": channel.name, "messages": count} for channel, count in channels]}
        )
        return
    for channel, count in channels:
        answer(f"#{channel.name}  {count} message{'' if count == 1 else 's'}")
    if not channels:
        note("there is no channel yet: hookproof slack new-channel NAME")


def _show(messages: list[Message], name: str, as_json: bool) -> None:
    if as_json:
        answer_json({"channel": name, "messages": [_document(message) for message in messages]})
        return
    for message in messages:
        answer(f"{to_text(message.received_ns)}  {printable(message.text or message.payload)}")
    if not messages:
        note(f"no message in #{name} yet")


def _document(message: Message) -> dict[str, object]:
    return {
        "received_at": to_text(message.received_ns),
        "text": message.text,
        "payload": json.loads(message.payload),
    }


slack.add_command(new_channel)
slack.add_command(show)
