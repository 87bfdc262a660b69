"""Who runs a message, and whether they are still alive.

A process draws a random id and holds the lock of that name for as long as it lives. Whoever finds it
free knows that the process is gone.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from hookproof.errors import CannotRun
from hookproof_runtime import named_locks
from hookproof_runtime.database import folder_beside

_SUFFIX = ".lease"


class Lease:
    """This process's id, and the lock that proves it alive.

    Args:
        folder: where the locks of all processes that share a database are; made where it is missing.

    Raises:
        CannotRun: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.owner = secrets.token_hex(8)
        """The random id."""
        try:
            # Before it is locked, somebody may take it for a dead one's, and remove it.
            while (lock := named_locks.take(_path(folder, self.owner))) is None:
                self.owner = secrets.token_hex(8)
        except OSError as error:
            raise CannotRun(f"the lease {folder} cannot be held: {error.strerror}") from error
        self._lock = lock

    def release(self) -> None:
        """Give it up. What still runs under it counts as died."""
        self._lock.release()


def is_held(folder: Path, owner: str) -> bool:
    """Whether the process of that id lives."""
    return named_locks.is_held(_path(folder, owner))


def owners(folder: Path) -> list[str]:
    """The ids of which there are files, of processes that live or are gone."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}"))


def sweep(folder: Path) -> None:
    """Remove the files of processes that are gone."""
    for owner in owners(folder):
        if (lock := named_locks.take(_path(folder, owner))) is not None:
            lock.release()


def leases_of(file: str | Path) -> Path:
    """Where the locks are of a database's file."""
    return folder_beside(file, ".leases")


def _path(folder: Path, owner: str) -> Path:
    return folder / (owner + _SUFFIX)
