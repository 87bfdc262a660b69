"""Secrets on the command line: by the name of where they are, never by value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret

from ..secret_places import read_secret_file, read_secret_variable

DEFAULT_VARIABLE = "HOOKPROOF_SECRET"
"""Where a secret is looked for when nothing names one."""

_F = TypeVar("_F", bound=Callable[..., Any])


def secret_options(function: _F, default: str = DEFAULT_VARIABLE) -> _F:
    """Add `--secret-env` and `--secret-file`, which give `secret_env` and `secret_file`.

    `default` says what counts where neither is given.
    """
    file = click.option(
        "--secret-file", type=click.Path(dir_okay=False, path_type=Path), help="A file that holds it."
    )
    env = click.option(
        "--secret-env",
        metavar="NAME",
        help=f"The variable that holds the secret [default: {default}].",
    )
    return env(file(function))


def ring_options(function: _F) -> _F:
    """Add both as options that may be given again, newest secret first: `secret_env`, `secret_file`."""
    file = click.option(
        "--secret-file",
        multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="A file that holds it; may be given again.",
    )
    env = click.option(
        "--secret-env",
        multiple=True,
        metavar="NAME",
        help="The variable that holds the secret; again for an older one, newest first [default: "
        f"{DEFAULT_VARIABLE}].",
    )
    return env(file(function))


def secrets_at(secret_env: Iterable[str], secret_file: Iterable[Path]) -> list[Secret]:
    """The secrets in those places, variables before files; the labels say where they came from.

    Raises:
        BadConfiguration: a variable is not set, a file cannot be read, a secret looks wrong.
    """
    return [Secret(read_secret_variable(name), label=name) for name in secret_env] + [
        Secret(read_secret_file(path), label=str(path)) for path in secret_file
    ]


def ring_of(secret_env: Iterable[str], secret_file: Iterable[Path]) -> list[Secret]:
    """As `secrets_at`; where none is named, the one in HOOKPROOF_SECRET.

    Raises:
        BadConfiguration: as `secrets_at`, or there is none; the sentence says where one may be kept.
    """
    return secrets_at(secret_env, secret_file) or [needed_secret(None, None)]


def one_secret(secret_env: str | None, secret_file: Path | None) -> Secret | None:
    """Fetch the secret that the options name; else the one in HOOKPROOF_SECRET; else None.

    A file's one line end is not part of the secret. The label says where it came from.

    Raises:
        BadConfiguration: both are named, the variable is not set, or the file cannot be read.
    """
    if secret_env and secret_file:
        raise BadConfiguration("give --secret-env or --secret-file, not both")
    if secret_file:
        return Secret(read_secret_file(secret_file), label=str(secret_file))
    if secret_env:
        return Secret(read_secret_variable(secret_env), label=secret_env)
    value = os.environ.get(DEFAULT_VARIABLE)
    return Secret(value, label=DEFAULT_VARIABLE) if value else None


def needed_secret(secret_env: str | None, secret_file: Path | None) -> Secret:
    """As `one_secret`, where there must be one.

    Raises:
        BadConfiguration: there is none; the sentence says where one may be kept.
    """
    secret = one_secret(secret_env, secret_file)
    if secret is None:
        raise BadConfiguration(
            f"there is no secret: give --secret-env or --secret-file, or set {DEFAULT_VARIABLE}"
        )
    return secret
