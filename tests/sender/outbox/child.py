"""A worker in a process of its own, which can be killed and suspended.

python -m tests.sender.outbox.child URL LEASE DEADLINE PER_ENDPOINT
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hookproof_sender import Sender

ROOT = Path(__file__).parents[3]


@contextlib.contextmanager
def working(
    database: str, *, lease: float = 60.0, deadline: float = 10.0, per_endpoint: int = 8
) -> Iterator[subprocess.Popen[str]]:
    """A worker's process, which is ready; killed at the end, in whatever state it is."""
    words = [database, str(lease), str(deadline), str(per_endpoint)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sender.outbox.child", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert "ready" == process.stdout.readline().strip()
        yield process
        process.kill()


def main(database: str, lease: str, deadline: str, per_endpoint: str) -> None:
    """Work until it is killed."""
    sender = Sender(
        database=database, allow_loopback=True, lease=float(lease), deadline=float(deadline)
    )
    worker = sender.worker(per_endpoint=int(per_endpoint))
    sender.outbox.counts()  # opens it
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    worker.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
