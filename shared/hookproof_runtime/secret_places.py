"""Where a secret is kept: a variable, or a file of its owner's."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret
from hookproof.schemes import by_name

LARGEST = 64 * 1024
"""Bytes of a secret's file: more are no secret, and of a device there is no end."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where one secret is: a variable, a file, or in this object. Its `repr` shows no value."""

    env: str = ""
    """The variable that holds it."""
    file: str = ""
    """The file that holds it."""
    held: Secret | None = None
    """The secret itself, where it has no other place."""

    def fetch(self) -> Secret:
        """Fetch the secret; its label is the place, or its own.

        Raises:
            BadConfiguration: it is not there, or looks wrong.
        """
        if self.held is not None:
            return self.held
        if self.env:
            return Secret(read_secret_variable(self.env), label=self.env)
        return Secret(read_secret_file(Path(self.file)), label=self.file)


def read_secret_variable(name: str) -> str:
    """The value of an environment variable that must be there."""
    try:
        value = os.environ.get(name)
    except UnicodeEncodeError:  # half a surrogate pair: no variable can have that name
        value = None
    if not value:
        raise BadConfiguration(f"the variable {name} is not set: export {name}=… first")
    return value


def read_secret_file(path: Path) -> bytes:
    """The bytes of a secret's file, less one line end."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise BadConfiguration(f"the secret's file {path} cannot be read: {reason}") from error
    if len(data) > LARGEST:
        del data  # a traceback may show locals
        raise BadConfiguration(
            f"the secret's file {path} has more than {LARGEST} bytes: it is no secret"
        )
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
        make_own_file(file, value + "\n")
    except FileExistsError:
        raise BadConfiguration(f"{file} is there already: a secret is never overwritten") from None
    except OSError as error:
        raise BadConfiguration(f"{file} cannot be written: {error.strerror}") from error
    finally:
        del value


def make_own_file(file: Path, text: str) -> None:
    """Make a file that its owner alone can read: whole or not at all, and never over another.

    Of processes that make it at once, one does; the others find it whole.

    Args:
        file: its folder is made too.
        text: in ASCII.

    Raises:
        FileExistsError: it is there already.
        OSError: it cannot be written.
    """
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(descriptor)
        os.link(draft, file)
    finally:
        del text  # a traceback may show locals
        draft.unlink(missing_ok=True)
