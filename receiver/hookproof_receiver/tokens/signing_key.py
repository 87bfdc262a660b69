"""The key that tokens are signed with: a file of its own, made on first use, its owner's alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from hookproof.errors import CannotRun
from hookproof_runtime.secret_places import make_own_file

FILE = "token.key"
"""The file's name, in the folder of the database."""

_BYTES = 32  # as many as SHA-256 gives, RFC 2104's advice


def signing_key(folder: Path) -> bytes:
    """The key in `folder`; made there if there is none. Processes that ask at once get the same one.

    Raises:
        CannotRun: it cannot be made or read, it is cut short, or others may read it.
    """
    path = folder / FILE
    try:
        if not path.exists():
            with suppress(FileExistsError):  # another process was first: its key is the key
                make_own_file(path, secrets.token_urlsafe(_BYTES) + "\n")
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise CannotRun(f"the key for tokens, {path}, is open to others: chmod 600 {path}")
            key = file.read().strip()
    except OSError as error:
        raise CannotRun(f"the key for tokens, {path}, cannot be used: {error.strerror}") from error
    if len(key) < _BYTES:
        del key  # a traceback may show locals
        raise CannotRun(f"the key for tokens, {path}, is cut short: remove it, and make new tokens")
    return key
