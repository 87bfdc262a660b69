"""Secrets on the command line: by the name of where they are, never by value."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret

DEFAULT_VARIABLE = "HOOKPROOF_SECRET"
"""Where a secret is looked for when nothing names one."""

BYTES = 32
"""Random bytes of a new secret: as many as SHA-256 gives, RFC 2104's advice."""

_F = TypeVar("_F", bound=Callable[..., Any])


def secret_options(function: _F) -> _F:
    """Add `--secret-env` and `--secret-file`, which give `secret_env` and `secret_file`."""
    file = click.option(
        "--secret-file", type=click.Path(dir_okay=False, path_type=Path), help="A file that holds it."
    )
    env = click.option("--secret-env", metavar="NAME", help="The variable that holds the secret.")
    return env(file(function))


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


def read_secret_variable(name: str) -> str:
    """The value of an environment variable that must be there."""
    value = os.environ.get(name)
    if not value:
        raise BadConfiguration(f"the variable {name} is not set: export {name}=… first")
    return value


def read_secret_file(path: Path) -> bytes:
    """The bytes of a secret's file, less one line end."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadConfiguration(f"the secret's file {path} cannot be read: {error.strerror}") from error
    return data.removesuffix(b"\n").removesuffix(b"\r")


def new_secret() -> str:
    """A strong secret: 43 characters that are safe in a shell, a form and a URL."""
    return secrets.token_urlsafe(BYTES)


def write_new_secret(file: Path, value: str) -> None:
    """Write a secret to a file that is not there yet, readable by its owner alone.

    Raises:
        BadConfiguration: it is there already, or cannot be made.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadConfiguration(f"{file} is there already: a secret is never overwritten") from None
    except OSError as error:
        raise BadConfiguration(f"{file} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(value + "\n")
