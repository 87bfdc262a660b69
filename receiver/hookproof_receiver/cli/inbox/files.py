"""Files that a command makes: for their owner alone, and never in the place of another."""

from __future__ import annotations

import os
from pathlib import Path

from hookproof.errors import BadConfiguration


def write_private(path: Path, data: bytes) -> None:
    """Make a file that its owner alone can read (0600).

    Raises:
        BadConfiguration: it is there already, or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadConfiguration(f"{path} is there already: name another file") from None
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone can read (0700), where there is none.

    Raises:
        BadConfiguration: something else is there, or it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfiguration(f"the folder {path} cannot be made: {error.strerror}") from error
