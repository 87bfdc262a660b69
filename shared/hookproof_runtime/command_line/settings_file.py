"""`hookproof.toml` under the flags: one precedence for every command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ..settings import Settings

DEFAULT_FILE = Path("hookproof.toml")
"""The settings' file, looked for in the working directory."""

_F = TypeVar("_F", bound=Callable[..., Any])
_KEY = "hookproof.settings"


def config_option(section: str) -> Callable[[_F], _F]:
    """Add `--config FILE`, and put the file's section under the command's own options.

    Click then takes, for each option, the flag, else its environment variable, else the file, else
    the default. The parameter `config` is not handed to the command: see `settings_of`.

    Args:
        section: the table of the file whose keys are the command's defaults: `sender`, `receiver`.
    """
    return click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        is_eager=True,
        expose_value=False,
        envvar="HOOKPROOF_CONFIG",
        help="The settings' file [default: HOOKPROOF_CONFIG, else hookproof.toml, where there is one].",
        callback=lambda ctx, _param, path: _load(ctx, path, section),
    )


def settings_of(ctx: click.Context) -> Settings:
    """The settings that `config_option` read for this command."""
    settings: Settings = ctx.meta[_KEY]
    return settings


def _load(ctx: click.Context, path: Path | None, section: str) -> None:
    from ..settings import load

    if path is None and DEFAULT_FILE.exists():
        path = DEFAULT_FILE
    settings = load(path)
    ctx.meta[_KEY] = settings
    ctx.default_map = settings.flags(section)
