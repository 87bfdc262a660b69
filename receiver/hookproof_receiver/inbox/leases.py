"""Who runs a message, and whether they are still alive.

A process draws a random id and holds an operating system's lock on a file of that name for as long as
it lives. Whoever can take the lock knows that the process is gone, however it ended. Process ids would
not do: they come back, in a container at once.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import weakref
from pathlib import Path

from hookproof.errors import CannotRun

_SUFFIX = ".lease"


class Lease:
    """This process's id, and the lock that proves it alive.

    Args:
        folder: where the locks of all processes that share a database are; made where it is missing.

    Raises:
        CannotRun: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            while not self._take(secrets.token_hex(8)):
                pass
        except OSError as error:
            raise CannotRun(f"the lease {folder} cannot be held: {error.strerror}") from error
        _HELD.add(self)

    def release(self) -> None:
        """Give it up. What still runs under it counts as died."""
        _path(self._folder, self.owner).unlink(missing_ok=True)
        self._drop()

    def _take(self, owner: str) -> bool:
        path = _path(self._folder, owner)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between making and locking it, somebody may have taken it for a dead one's and removed it.
            if os.stat(path).st_ino != os.fstat(descriptor).st_ino:
                raise FileNotFoundError
        except (BlockingIOError, FileNotFoundError):
            os.close(descriptor)
            return False
        self.owner = owner
        """The random id."""
        self._descriptor: int | None = descriptor
        return True

    def _drop(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def is_held(folder: Path, owner: str) -> bool:
    """Whether the process of that id lives. One that is gone has its file removed."""
    path = _path(folder, owner)
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def looks_held(folder: Path, owner: str) -> bool:
    """As `is_held`, and removes nothing."""
    try:
        descriptor = os.open(_path(folder, owner), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def owners(folder: Path) -> list[str]:
    """The ids of which there are files, of processes that live or are gone."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}"))


def sweep(folder: Path) -> None:
    """Remove the files of processes that are gone."""
    for owner in owners(folder):
        is_held(folder, owner)


def folder_beside(database: str | Path) -> Path:
    """Where the locks are of a database, unless somebody says otherwise."""
    return Path(f"{database}.leases")


def _path(folder: Path, owner: str) -> Path:
    return folder / (owner + _SUFFIX)


_HELD: weakref.WeakSet[Lease] = weakref.WeakSet()


def _leave_to_the_parent() -> None:
    # A forked child holds its parent's lock open, and would keep it when the parent dies.
    for lease in list(_HELD):
        lease._drop()


os.register_at_fork(after_in_child=_leave_to_the_parent)
