"""The key that tokens are signed with: a file of its own, made on first use, its owner's alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hookproof.errors import CannotRun

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
            _make(path)
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read().strip()
    except OSError as error:
        raise CannotRun(f"the key for tokens, {path}, cannot be used: {error.strerror}") from error
    if mode & 0o077:
        raise CannotRun(f"the key for tokens, {path}, is open to others: chmod 600 {path}")
    if len(key) < _BYTES:
        raise CannotRun(f"the key for tokens, {path}, is cut short: remove it, and make new tokens")
    return key


def _make(path: Path) -> None:
    """Write it beside its place, then link it there: whole or not at all, and never over another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its key is the key
    finally:
        draft.unlink(missing_ok=True)
