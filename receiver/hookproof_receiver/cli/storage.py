"""The receiver's database, for the commands that stand beside a running receiver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

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
