"""A secret for whoever has none yet."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hookproof import CannotRun
from hookproof_runtime.command_line.secrets import read_secret_file

SECRET_FILE = Path(".hookproof/secret")
"""Where it is kept: in the working directory, for its owner alone."""


def first_secret() -> bytes:
    """The secret in `SECRET_FILE`, made the first time.

    Raises:
        BadConfiguration: the file is there and cannot be read.
        CannotRun: it cannot be made.
    """
    try:
        SECRET_FILE.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret_file(SECRET_FILE)
    except OSError as error:
        raise CannotRun(f"the secret {SECRET_FILE} cannot be made: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    return read_secret_file(SECRET_FILE)
