"""Who runs a run: whoever holds the lock of its name, which the system frees however a process ends.

So a run of a killed process can be taken up at once, and one that is only slow cannot.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hookproof.errors import CannotRun


class RunHeld(CannotRun):
    """Somebody runs this run already."""


@contextmanager
def holding(folder: Path, run_id: str) -> Iterator[None]:
    """Be the one who runs a run.

    Args:
        folder: where the locks of all runs of a database are; made where it is missing.
        run_id: `run_…`.

    Raises:
        RunHeld: another process, or another thread of this one, does.
        CannotRun: the folder cannot be written.
    """
    path = _path(folder, run_id)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while (descriptor := _lock(path)) is None:
            os.sched_yield()
    except BlockingIOError:
        raise RunHeld(
            f"{run_id} is being run by another process: hookproof plan show {run_id} shows it"
        ) from None
    except OSError as error:
        raise CannotRun(f"the lock {path} cannot be made: {error.strerror}") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # before it is free: whoever opened it meanwhile looks again
        os.close(descriptor)


def is_held(folder: Path, run_id: str) -> bool:
    """Whether somebody runs a run now."""
    try:
        descriptor = os.open(_path(folder, run_id), os.O_RDONLY)
    except OSError:
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


def _path(folder: Path, run_id: str) -> Path:
    return folder / f"{run_id}.lock"
