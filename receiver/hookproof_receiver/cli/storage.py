"""The receiver's database, for the commands that stand beside a running receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from hookproof_runtime.command_line import config_option
from hookproof_runtime.database import Engine, open_engine, prepare
from hookproof_runtime.settings import ReceiverSettings

from ..migrations import bring_up_to_date

app_option = click.option(
    "--app", metavar="MODULE:NAME", help="The Receiver made in Python, as for `hookproof receive`."
)
"""Adds `--app`."""

database_option = click.option(
    "--database",
    metavar="URL",
    default=ReceiverSettings().database,
    show_default=True,
    help="The receiver's database.",
)
"""Adds `--database`, which gives `database`."""


def receiver_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add where the receiver is: `--config`, `--app`, `--database`; gives `database`.

    Where a Receiver made in Python has a database of its own, that is the one: the settings' default
    would be another file, which the receiver never looks at.
    """

    @wraps(function)
    def with_database(app: str | None, database: str, **rest: Any) -> Any:
        found: str | Engine = database
        if app is not None:
            from .declared import receiver_without_endpoints

            flags = {"app": app, "database": database}
            context = click.get_current_context()
            found = receiver_without_endpoints(context, flags).settings.database
        return function(database=found, **rest)

    return config_option("receiver")(app_option(database_option(with_database)))


@contextmanager
def opened(database: str | Engine) -> Iterator[Engine]:
    """The database, its schema up to date; closed at the end. May be an application's engine."""
    if isinstance(database, Engine):
        prepare(database)
        engine = database
    else:
        engine = open_engine(database)
    try:
        bring_up_to_date(engine)
        yield engine
    finally:
        engine.dispose()
