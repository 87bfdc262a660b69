"""`hookproof slack new-channel`, `show`, `archive`, `prohibit` and `open`."""

from __future__ import annotations

import json
import os
import sys
from urllib.parse import urlsplit

import click

from hookproof.clock import to_text
from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    answer,
    answer_json,
    command,
    json_option,
    note,
    printable,
)
from hookproof_runtime.database import Engine
from hookproof_runtime.settings import ReceiverSettings

from ..slack import Channel, Message, SlackService, reading_of
from ..slack.channel import HOOKS, curl_sample
from .slack_lines import message_lines
from .slack_states import archive, open_, prohibit
from .storage import opened, receiver_database

_listen_option = click.option(
    "--listen",
    metavar="HOST:PORT",
    default=ReceiverSettings().listen,
    show_default=True,
    help="Where the receiver listens: the URL begins with it.",
)
_base_option = click.option(
    "--base", metavar="URL", help=f"Begin the URL with this instead: {HOOKS}, as Slack's own do."
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
@receiver_database
@_listen_option
@_base_option
@json_option
def new_channel(
    name: str, database: str | Engine, listen: str, base: str | None, as_json: bool
) -> None:
    """Make a channel, and an app with an incoming webhook; print its URL, and Slack's cURL sample.

    With --base https://hooks.slack.com the URL is as Slack's own: send to it with --connect-to, which
    says where hooks.slack.com is to be found.
    """
    begin = _base(listen, base)
    with opened(database) as engine:
        channel = SlackService(engine).new_channel(name)
    url = begin + channel.path
    if as_json:
        answer_json({"channel": channel.name, "url": url, "curl": curl_sample(url)})
        return
    answer(url)
    note(curl_sample(url))
    note("whoever has this URL can post; `hookproof receive --slack` serves it")
    note(f"`hookproof slack show {channel.name} --bot`: the token of its bot, for chat.postMessage")


@command(
    "show",
    example="hookproof slack show plan-runs",
    summary="Show the messages of a channel, or list the channels.",
)
@click.argument("name", required=False)
@click.option("--url", "as_url", is_flag=True, help="Print the channel's URL instead.")
@click.option("--bot", is_flag=True, help="Print the token of its bot instead.")
@receiver_database
@_listen_option
@_base_option
@json_option
def show(
    name: str | None,
    as_url: bool,
    bot: bool,
    database: str | Engine,
    listen: str,
    base: str | None,
    as_json: bool,
) -> None:
    """Show the messages of a channel, oldest first; without NAME, list the channels.

    Messages are shown as they read in Slack; --json has them as they came.
    """
    if name is None and (as_url or bot):
        flag = "--url" if as_url else "--bot"
        raise click.UsageError(f"{flag} needs a channel's NAME", click.get_current_context())
    with opened(database) as engine:
        service = SlackService(engine)
        if name is None:
            _list(service, as_json)
        elif as_url or bot:
            _secret(service.channel(name), _base(listen, base), as_url, bot, as_json)
        else:
            _show(service.messages(name), name.removeprefix("#"), as_json)


def _base(listen: str, base: str | None) -> str:
    if base is None:
        return f"http://{listen}"
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise BadConfiguration(
            f"--base is what a URL begins with, up to its path, such as {HOOKS}, not {base!r}"
        )
    return base.rstrip("/")


def _secret(channel: Channel, begin: str, as_url: bool, bot: bool, as_json: bool) -> None:
    shown = {}
    if as_url:
        shown["url"] = begin + channel.path
    if bot:
        shown["bot_token"] = channel.bot_token
    if as_json:
        answer_json(shown)
        return
    for text in shown.values():
        answer(text)


def _list(service: SlackService, as_json: bool) -> None:
    channels = service.channels()
    if as_json:
        answer_json(
            {
                "channels": [
                    {"channel": channel.name, "messages": count, "state": channel.state}
                    for channel, count in channels
                ]
            }
        )
        return
    for channel, count in channels:
        state = "" if channel.state == "open" else f"  {channel.state}"
        answer(f"#{channel.name}  {count} message{'' if count == 1 else 's'}{state}")
    if not channels:
        note("there is no channel yet: hookproof slack new-channel NAME")


def _show(messages: list[Message], name: str, as_json: bool) -> None:
    if as_json:
        answer_json({"channel": name, "messages": [_document(message) for message in messages]})
        return
    styled = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for message in messages:
        reading = reading_of(message)
        lines = message_lines(reading, styled=styled) or [printable(message.payload)]
        by = f"{printable(reading.author)}: " if reading.author else ""
        answer(f"{to_text(message.received_ns)}  {by}{lines[0]}")
        for line in lines[1:]:
            answer(f"  {line}")
    if not messages:
        note(f"no message in #{name} yet")


def _document(message: Message) -> dict[str, object]:
    return {
        "received_at": to_text(message.received_ns),
        "ts": message.ts,
        "text": message.text,
        "payload": json.loads(message.payload),
    }


for _command in new_channel, show, archive, prohibit, open_:
    slack.add_command(_command)
