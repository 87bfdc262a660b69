"""The file by which a command says that it is ready."""

from __future__ import annotations

from pathlib import Path

from hookproof import BadConfiguration


def write_ready(path: Path, url: str) -> None:
    """Write the URL, whole or not at all: whoever waits for the file reads it at once.

    Raises:
        BadConfiguration: it cannot be written.
    """
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_text(url + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise BadConfiguration(f"the ready file {path} cannot be written: {error.strerror}") from error
