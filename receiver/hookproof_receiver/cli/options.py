"""What `receive` and `listen` are told alike: where to take requests, to keep them, and to say so."""

from __future__ import annotations

from pathlib import Path

import click

from hookproof_runtime.settings import ReceiverSettings

_DEFAULT = ReceiverSettings()

listen_option = click.option(
    "--listen",
    metavar="HOST:PORT",
    default=_DEFAULT.listen,
    show_default=True,
    help="Where to take requests; port 0 takes a free one.",
)
"""Adds `--listen`, which gives `listen`."""

kept_option = click.option(
    "--database",
    metavar="URL",
    default=_DEFAULT.database,
    show_default=True,
    help="Where to keep messages.",
)
"""Adds `--database`, which gives `database`."""

ready_option = click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the URL there once requests are answered.",
)
"""Adds `--ready-file`, which gives `ready_file`."""
