"""Names that have one holder at a time: a locked file each, which the system frees when that dies.

Process ids would not do: they come back, in a container at once.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from pathlib import Path


class NamedLock:
    """A name that is held here. Made by `take`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor
        _HELD.add(self)

    def release(self, *, leave_file: bool = False) -> None:
        """Free the name. Does nothing where that is done, or in a child of the process that took it.

        Args:
            leave_file: let the file stand, as it does after a process that died.
        """
        if self._descriptor is not None and not leave_file:
            self._path.unlink(
                missing_ok=True
            )  # before it is free: whoever opened it meanwhile looks again
        self._drop()

    def _drop(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def take(path: Path) -> NamedLock | None:
    """Hold a name; None where another process has it, or another thread of this one.

    Args:
        path: the name's file; it and its folder are made where they are missing.

    Raises:
        OSError: they cannot be made or written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        while (descriptor := _lock(path)) is None:
            os.sched_yield()
    except BlockingIOError:
        return None
    return NamedLock(path, descriptor)


def is_held(path: Path) -> bool:
    """Whether somebody holds a name now. It is not taken to find out: nobody is told that it is held.

    Raises:
        OSError: there is a file, and it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock(path: Path) -> int | None:
    """The lock; None where it is to be tried again.

    So it is where its file was removed meanwhile by who had it before, and where somebody looks at it,
    as `is_held` does.

    Raises:
        BlockingIOError: somebody has it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        else:
            if os.fstat(descriptor).st_nlink:
                return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


_HELD: weakref.WeakSet[NamedLock] = weakref.WeakSet()


def _leave_to_the_parent() -> None:
    # A forked child has its parent's locks open, and would keep them when the parent dies.
    for lock in list(_HELD):
        lock._drop()


os.register_at_fork(after_in_child=_leave_to_the_parent)
