"""The receiver as its settings and `--app` declare it, for every command that needs its endpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from hookproof import BadConfiguration, Secret
from hookproof_runtime.command_line import settings_of
from hookproof_runtime.named_objects import named_object
from hookproof_runtime.secret_places import new_secret, read_secret_file, write_new_secret
from hookproof_runtime.settings import ReceiverSettings, SenderSettings

from ..app import Receiver

DEMO_PATH = "/hooks/demo"
"""The endpoint that is opened where none was declared."""

SECRET_FILE = Path(".hookproof/secret")
"""Where that endpoint's secret is kept, in the working directory."""


def settings_under(ctx: click.Context, flags: dict[str, Any]) -> ReceiverSettings:
    """The file's settings under the flags and variables that were given."""
    given = {
        name: value
        for name, value in flags.items()
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    return settings_of(ctx).receiver.model_copy(update=given)


def declared(settings: ReceiverSettings, sender: SenderSettings | None = None) -> Receiver:
    """The receiver, with the endpoints of the settings beside those of its own.

    Args:
        settings: what holds.
        sender: how it sends where it is the platform too; for a command that runs it.

    Raises:
        BadConfiguration: it is not where the settings say, or something is defined here and there.
    """
    receiver = Receiver() if settings.app is None else named_object(settings.app)
    if not isinstance(receiver, Receiver):
        raise BadConfiguration(f"{settings.app} is {type(receiver).__name__}, not a Receiver")
    receiver.include(settings)
    if sender is not None:
        receiver.sender = sender
    return receiver


def receiver_without_endpoints(ctx: click.Context, flags: dict[str, Any]) -> Receiver:
    """The receiver, for a command that only looks at what it kept.

    Where the command says which database that is, the settings' application is not imported: it may
    want secrets, which whoever looks need not have.
    """
    update: dict[str, Any] = {"endpoint": ()}
    given = ctx.get_parameter_source
    if (
        given("database") is ParameterSource.COMMANDLINE
        and given("app") is not ParameterSource.COMMANDLINE
    ):
        update["app"] = None
    return declared(settings_under(ctx, flags).model_copy(update=update))


def make_first_secret() -> None:
    """Make the secret of the first try, the first time.

    Raises:
        BadConfiguration: it cannot be written.
    """
    if not SECRET_FILE.exists():
        try:
            write_new_secret(SECRET_FILE, new_secret())
        except BadConfiguration:
            if not SECRET_FILE.exists():  # or another process was first: its secret is the secret
                raise


def declare_first_try(receiver: Receiver) -> None:
    """Open the endpoint of the first try, whose secret is in its file."""
    secret = Secret(read_secret_file(SECRET_FILE), label=str(SECRET_FILE))
    receiver.on(DEMO_PATH, secrets=secret)
