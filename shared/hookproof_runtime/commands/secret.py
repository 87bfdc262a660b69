"""`hookproof secret new`."""

from __future__ import annotations

from pathlib import Path

import click

from hookproof.schemes import by_name

from ..command_line import answer, answer_json, command, json_option, note, scheme_option
from ..secret_places import write_new_secret


@click.group()
def secret() -> None:
    """Secrets."""


@command(
    "new",
    example="hookproof secret new --file .hookproof/secret",
    summary="Make a strong secret in a scheme's form.",
)
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there (0600), not out."
)
@scheme_option
@json_option
def new(file: Path | None, scheme: str, as_json: bool) -> None:
    """Make a strong secret in a scheme's form: for http-task, 43 characters of 32 random bytes."""
    value = by_name(scheme).new_secret()
    if file is None:
        answer_json({"secret": value}) if as_json else answer(value)
        return
    write_new_secret(file, value)
    if as_json:
        answer_json({"file": str(file)})
    else:
        note(f"written to {file}, readable by its owner alone")


secret.add_command(new)
