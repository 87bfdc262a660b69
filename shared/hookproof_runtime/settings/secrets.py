"""The secret that a settings file refers to."""

from __future__ import annotations

from pathlib import Path

from hookproof import Secret

from ..secret_places import read_secret_file, read_secret_variable
from .endpoint import SecretReference


def secret_of(reference: SecretReference) -> Secret:
    """Read it from where it is kept, under its label.

    Raises:
        BadConfiguration: it is not there, or looks wrong.
    """
    if reference.env is not None:
        return Secret(read_secret_variable(reference.env), label=reference.label)
    if reference.file is not None:
        return Secret(read_secret_file(Path(reference.file)), label=reference.label)
    return Secret(reference.value or "", label=reference.label)
