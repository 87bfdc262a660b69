"""Where a secret is kept: a variable, or a file of its owner's."""

from __future__ import annotations

import os
from pathlib import Path

from hookproof.errors import BadConfiguration
from hookproof.schemes import by_name


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
    """A strong secret of the platform's scheme: 43 characters, safe in a shell, a form and a URL."""
    return by_name("http-task").new_secret()


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
