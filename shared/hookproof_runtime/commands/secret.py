"""`hookproof secret new`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from hookproof.errors import BadConfiguration

from ..command_line import answer, answer_json, command, json_option, note

BYTES = 32
"""Random bytes of a new secret: as many as SHA-256 gives, RFC 2104's advice."""


@click.group()
def secret() -> None:
    """Secrets."""


@command("new", example="hookproof secret new --file .hookproof/secret")
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there (0600), not out."
)
@json_option
def new(file: Path | None, as_json: bool) -> None:
    """Make a strong secret: 43 characters of 32 random bytes, safe in a shell, a form and a URL."""
    value = secrets.token_urlsafe(BYTES)
    if file is None:
        answer_json({"secret": value}) if as_json else answer(value)
        return
    _write(file, value)
    if as_json:
        answer_json({"file": str(file)})
    else:
        note(f"written to {file}, readable by its owner alone")


def _write(file: Path, value: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadConfiguration(f"{file} is there already: a secret is never overwritten") from None
    except OSError as error:
        raise BadConfiguration(f"{file} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(value + "\n")


secret.add_command(new)
