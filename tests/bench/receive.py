"""Time the receiver beside what people run today: `make bench-receive`.

Only ratios within one run count: every program takes its turn in every round, the server on one core
and the load on the other. Ours verifies, tells messages apart by the whole ladder, and has each on the
disk (`synchronous=FULL`) before it answers; handlers are paused. The peers do less, as their names say.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench import kept
from tests.bench.programs import BARE, FLASK, WEBHOOK, Program, Result, load, memory_mib, ours, running

QUICK = "--quick" in sys.argv[1:]
ROUNDS = 3 if QUICK else 7
CONNECTIONS = (16, 64)
LONG = 100_000 if QUICK else 1_000_000
Results = dict[tuple[str, int], list[Result]]
Goal = tuple[str, bool]


def main() -> None:
    """Run and print; takes some twenty minutes, and three with `--quick`."""
    granian, waitress = ours("granian"), ours("waitress")
    programs = [granian, waitress, FLASK, BARE]
    if shutil.which("webhook"):
        programs.append(WEBHOOK)
    else:
        _write("webhook is not installed (Debian's package `webhook`): that peer is left out")
    results: Results = {}
    for _ in range(ROUNDS):
        for program in programs:
            for connections in CONNECTIONS:
                with _folder() as folder, running(program, folder) as (process, port):
                    result = load(program, port, process, connections)
                results.setdefault((program.name, connections), []).append(result)
    for program in programs:
        for connections in CONNECTIONS:
            _describe(program, connections, results)
    goals = [*_ratios(results, granian, waitress), *_memory(granian), *kept.goals(granian, quick=QUICK)]
    _write("\ngoals")
    for sentence, holds in goals:
        _write(f"  {'holds ' if holds else 'MISSED'}  {sentence}")


def _ratios(results: Results, granian: Program, waitress: Program) -> Iterator[Goal]:
    for connections in CONNECTIONS:
        for program, peer, least in (
            (granian, FLASK, 4.0),
            (granian, WEBHOOK, 5.0),
            (granian, BARE, 0.8),
            (waitress, FLASK, 1.7),
        ):
            ones, others = (results.get((one.name, connections)) for one in (program, peer))
            if ones and others:
                ratio = median(a.rate / b.rate for a, b in zip(ones, others, strict=True))
                sentence = f"{program.name}, {connections} connections: {ratio:.2f} x {peer.name}"
                yield f"{sentence} (at least {least})", ratio >= least
    p99_ms = median(one.p99_ms for one in results[granian.name, 16])
    yield f"{granian.name}, 16 connections: p99 {p99_ms:.1f} ms (at most 10)", p99_ms <= 10


def _memory(program: Program) -> Iterator[Goal]:
    with _folder() as folder, running(program, folder) as (process, port):
        _some(program, port, process, LONG // 10)
        before = memory_mib(process.pid)
        _some(program, port, process, LONG - LONG // 10)
        after = memory_mib(process.pid)
    sentence = (
        f"memory after {LONG:,} messages: {after:.0f} MiB, {after / before:.2f} x that after a tenth"
    )
    yield f"{sentence} (at most 1.1)", after / before <= 1.1


def _some(program: Program, port: int, process: subprocess.Popen[bytes], number: int) -> None:
    while number > 0:
        number -= load(program, port, process, 64, seconds=60, number=min(number, 50_000)).number


def _describe(program: Program, connections: int, results: Results) -> None:
    ones = results[program.name, connections]
    rate, p50, p99, cpu = (
        median(getattr(one, name) for one in ones) for name in ("rate", "p50_ms", "p99_ms", "cpu_us")
    )
    _write(
        f"  {program.name:<54} {connections:3} connections {rate:8.0f}/s   "
        f"p50 {p50:6.2f} ms  p99 {p99:7.2f} ms   {cpu:6.1f} us of processor a request"
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
