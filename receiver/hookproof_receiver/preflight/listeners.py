"""Which process listens at a port, where the system tells (Linux)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_LISTENS = "0A"  # a socket's state in /proc/net/tcp


class Listener(NamedTuple):
    """A process."""

    pid: int
    name: str
    """Of its program. Not its words: a secret may stand in them."""


def listener(port: int) -> Listener | None:
    """Who listens at a port of this machine; None where that is nobody, or cannot be told."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone by now, or somebody else's
            for one in (process / "fd").iterdir():
                with suppress(OSError):
                    if os.readlink(one) in wanted:
                        return Listener(int(process.name), (process / "comm").read_text().strip())
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path("/proc/net", table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found
