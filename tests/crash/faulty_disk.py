"""A disk that fails where it is told, under a process of its own."""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
from enum import IntFlag
from pathlib import Path

_SOURCE = Path(__file__).with_suffix(".c")
_FORM = "7i"  # struct control


class Calls(IntFlag):
    """Which calls count."""

    WRITE = 1
    SYNC = 2
    CUT = 4


def is_there() -> bool:
    """Whether it can be built here."""
    return shutil.which("cc") is not None


class FaultyDisk:
    """Builds it in a folder; it fails nothing until it is told to."""

    def __init__(self, folder: Path) -> None:
        library, told = folder / "faulty_disk.so", folder / "faulty_disk"
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"], check=True
        )
        told.write_bytes(bytes(struct.calcsize(_FORM)))
        with told.open("r+b") as stream:
            self._told = mmap.mmap(stream.fileno(), 0)
        self.environment = {"LD_PRELOAD": str(library), "HOOKPROOF_FAULTY_DISK": str(told)}
        """What a process needs to have it."""

    def fail(self, calls: Calls, number: int, error: int, *, goes_on: bool = False) -> None:
        """Fail one call from now on: the first, the second, …; and all after it, where it goes on."""
        self._told[:] = struct.pack(_FORM, calls, number, goes_on, error, 0, 0, 0)

    @property
    def opened(self) -> int:
        """How often a log was opened since."""
        *_, opened = struct.unpack(_FORM, self._told[:])
        return int(opened)

    def mend(self) -> int:
        """Fail nothing any more; how many calls failed."""
        *_, failed, _ = struct.unpack(_FORM, self._told[:])
        self._told[:] = bytes(len(self._told))
        return int(failed)
