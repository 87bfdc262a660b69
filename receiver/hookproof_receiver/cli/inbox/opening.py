"""The records of the inbox, for a command that stands beside a running receiver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from hookproof_runtime.command_line import config_option

from ...inbox import Ledger
from ..declared import receiver_without_endpoints
from ..storage import app_option, database_option, opened


def place_options(function: Any) -> Any:
    """Add where the inbox is: `--database`, `--app`, `--config`; the command gets them as flags."""
    for option in (config_option("receiver"), app_option, database_option):
        function = option(function)
    return function


@contextmanager
def ledger_under(ctx: click.Context, flags: dict[str, Any]) -> Iterator[Ledger]:
    """The records, by the settings under the flags; no secret is read.

    Raises:
        HookproofError: the settings are wrong, or the database cannot be used.
    """
    with opened(receiver_without_endpoints(ctx, flags).settings.database) as engine:
        yield Ledger(engine)
