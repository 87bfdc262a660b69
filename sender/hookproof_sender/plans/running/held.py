"""Who runs a run: whoever holds the lock of its name.

So a run of a killed process can be taken up at once, and one that is only slow cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hookproof.errors import CannotRun
from hookproof_runtime import named_locks


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
        lock = named_locks.take(path)
    except OSError as error:
        raise CannotRun(f"the lock {path} cannot be made: {error.strerror}") from error
    if lock is None:
        raise RunHeld(
            f"{run_id} is being run by another process: hookproof plan show {run_id} shows it"
        )
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path, run_id: str) -> bool:
    """Whether somebody runs a run now; no, where that cannot be seen."""
    try:
        return named_locks.is_held(_path(folder, run_id))
    except OSError:
        return False


def _path(folder: Path, run_id: str) -> Path:
    return folder / f"{run_id}.lock"
