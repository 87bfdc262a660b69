"""Where the output of job groups lies, and who works on it.

The output of group 9 is `9/`: whole, or not there. A run writes into a folder of its own, under
`running/`, which takes that name when its last step is done. Whoever runs a group holds a lock on
`running/9.lock` for as long as it does: a group that is InProgress and whose lock is free was left
behind by a process that died.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hookproof_runtime import named_locks


class Folders:
    """Those of all job groups.

    Args:
        root: where they are. Made when it is needed, its owner's alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def data(self) -> Path:
        """What all runs share; made when it is asked for."""
        return _made(_made(self._root) / "data")

    def output(self, group_id: int) -> Path:
        """Where the output of a group is, once it is there."""
        return self._root / str(group_id)

    def new_work(self, group_id: int, run: int) -> Path:
        """A folder for one run of a group, new and empty. What earlier runs of it left is removed.

        Args:
            group_id: of the group; its lock is held.
            run: the how manieth it is. A worker of an earlier one may live for a moment still.
        """
        self.clear(group_id)
        return _made(self._running / f"{group_id}.{run}")

    def left(self) -> set[int]:
        """The ids of groups that somebody works on, or did until something killed it."""
        names = {path.name.partition(".")[0] for path in self._running.iterdir()}
        return {int(name) for name in names if name.isdecimal()}

    def clear(self, group_id: int) -> None:
        """Remove what runs of a group left unfinished; its lock is held."""
        for folder in self._running.glob(f"{group_id}.*"):
            if folder.suffix != ".lock":
                shutil.rmtree(folder, ignore_errors=True)

    def remove(self, group_id: int) -> None:
        """Remove the output of a group; its lock is held."""
        shutil.rmtree(self.output(group_id), ignore_errors=True)

    def put_in_place(self, work: Path, group_id: int) -> None:
        """Make the work of a run the output of its group: on the disk first, then by its name.

        Raises:
            OSError: the disk is full, or there is an output already.
        """
        for file in [*work.iterdir(), work]:
            if file.is_file() or file is work:
                _to_disk(file)
        work.rename(self.output(group_id))
        _to_disk(self._root)

    @contextmanager
    def lock(self, group_id: int) -> Iterator[bool]:
        """Hold a group. False where another process, or another thread, does."""
        lock = named_locks.take(self._running / f"{group_id}.lock")
        if lock is None:
            yield False
            return
        try:
            yield True
        finally:
            lock.release(leave_file=True)  # by which the group is found again, until it is forgotten

    def forget(self, group_id: int) -> None:
        """Remove the file of the lock of a group that ended; it is held."""
        with suppress(FileNotFoundError):
            (self._running / f"{group_id}.lock").unlink()

    @property
    def _running(self) -> Path:
        return _made(_made(self._root) / "running")


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
