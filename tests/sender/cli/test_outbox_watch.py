"""`hookproof outbox watch`: a line for each change."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from queue import Queue
from threading import Thread

import pytest
from tests.sender.cli.recorded import Recorded, answered, task

from hookproof.clock import system_clock
from hookproof.testing import FixedClock
from hookproof_sender.outbox import Filters, Outbox

COMMAND = [sys.executable, "-W", "error", "-m", "hookproof_runtime", "outbox", "watch"]


class Watching:
    """The command, running; what it prints, a line at a time."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        self.ready = self.process.stderr.readline()
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def line(self) -> str:
        return self._lines.get(timeout=20)

    def stop(self) -> list[str]:
        """Press Ctrl-C; what else was printed."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self._reader.join(20)
        rest = []
        while not self._lines.empty():
            rest.append(self._lines.get())
        return rest


@pytest.fixture
def watch() -> Iterator[Callable[..., Watching]]:
    running: list[Watching] = []

    def start(*words: str) -> Watching:
        running.append(Watching(*words))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.communicate()


def test_each_change_is_a_line_until_ctrl_c(watch: Callable[..., Watching]) -> None:
    recorded = Recorded()
    recorded.add("delivered")
    watching = watch()
    assert watching.ready.startswith("ready: watching sqlite:///.hookproof/outbox.db; Ctrl-C to stop")

    one = recorded.add("pending", name="Tell \x1b[2J")
    assert f"  {one}  pending    0/2  Tell \\x1b[2J  POST " in watching.line()
    recorded.outbox.cancel(Filters(ids=(one,)))
    assert f"  {one}  cancelled  0/2  " in watching.line()
    other = recorded.add("failed")
    assert f"  {other}  failed     1/1  " in watching.line()
    recorded.outbox.retry(Filters(ids=(other,)))
    assert f"  {other}  pending    1/2  " in watching.line()
    assert [] == watching.stop()
    assert 130 == watching.process.returncode


def test_lines_may_be_json(watch: Callable[..., Watching]) -> None:
    recorded = Recorded()
    watching = watch("--jsonl")
    one = recorded.add("pending", answered(1, 503))
    document = json.loads(watching.line())
    assert (1, one, "pending", 503) == tuple(
        document[key] for key in ("schema", "id", "state", "status")
    )


def test_what_happens_in_one_millisecond_is_seen_whenever_it_is_looked(
    watch: Callable[..., Watching],
) -> None:
    """Changes with the same time, before a look and behind it, are a line each, and only one."""
    Recorded()
    watching = watch()
    # Ahead of the time, so that it stays within the seconds that are read again, however slow all is.
    outbox = Outbox(Recorded().outbox.engine, clock=FixedClock(system_clock() / 1e9 + 60))
    first, second = outbox.enqueue(task()), outbox.enqueue(task())
    assert {first, second} == {watching.line().split("  ")[1] for _ in range(2)}
    outbox.cancel(Filters(ids=(first,)))
    assert f"{first}  cancelled" in watching.line()
    third = outbox.enqueue(task())
    assert third in watching.line()
    assert [] == watching.stop()


def test_what_is_committed_late_is_seen(watch: Callable[..., Watching]) -> None:
    """A transaction that took its time two seconds before it ended, while others came and went."""
    watching = watch()
    early = Recorded(ago=2.0).add
    now = Recorded().add("pending")
    assert now in watching.line()
    late = early("pending")
    assert late in watching.line()
