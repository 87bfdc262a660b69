"""What a body costs in memory, in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hookproof.schemes import names
from hookproof.testing import SECRET

from ..wire import chunked, exchange, signed
from .conftest import Folder

WRITERS: tuple[Callable[..., bytes], ...] = (signed, chunked)
MIB = 1024**2
CAP = 8 * MIB
SHOP = f"""
from hookproof_receiver import Receiver

receiver = Receiver("sqlite:///shop.db")

def order(message):
    return 200, {{"size": len(message.body)}}

for scheme in {names()}:
    receiver.on("/hooks/" + scheme, scheme=scheme, secrets="{SECRET}", identity="json:/run")(order)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux")


def peak_over(pid: int, port: int, data: bytes) -> tuple[int, int]:
    """Send it once: the status, and the bytes that the process grew by at the most."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins here
    before = _kib(pid, "VmRSS")
    status = exchange(port, data, expect=1).only.status
    return status, (_kib(pid, "VmHWM") - before) * 1024


def _kib(pid: int, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


def body_of(size: int, run: int) -> bytes:
    start = b'{"run": "%d", "text": "' % run
    return start + b"x" * (size - len(start) - 2) + b'"}'


def to(scheme: str) -> dict[str, Any]:
    return {"scheme": scheme, "target": f"/hooks/{scheme}"}


def test_a_body_costs_at_most_six_bodies_and_one_that_is_refused_no_more_than_the_cap(
    folder: Folder,
) -> None:
    (folder.path / "shop.py").write_text(SHOP)
    with folder.receive("--app", "shop:receiver") as program:
        pid, port = program.process.pid, program.port
        for run in range(20):  # what a process needs once, its database's caches among it
            warm = signed(body_of(100 if run < 16 else MIB, run), **to("http-task"))
            exchange(port, warm, expect=1)
        accepted = [
            (size, *peak_over(pid, port, write(body_of(size, size + number), **to(scheme))))
            for size in (MIB, CAP)
            for scheme in names()
            for number, write in enumerate(WRITERS)
        ]
        refused = [
            peak_over(pid, port, write(b"x" * (CAP + 1), **to(scheme)))
            for scheme in names()
            for write in WRITERS
        ]

    assert {200} == {status for _, status, _ in accepted}
    assert max(peak / size for size, _, peak in accepted) <= 6
    assert {413} == {status for status, _ in refused}
    assert max(peak for _, peak in refused) <= CAP
