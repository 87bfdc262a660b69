"""The servers that `tests.bench.receive` puts side by side, each on the first core."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECRET = "the-secret-of-the-bench-0123456789"
ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Program:
    """A server, and how it is spoken to."""

    name: str
    command: tuple[str, ...]
    """`{port}` and `{folder}` are put in."""
    path: str = "/hooks/test"
    header: str = "http-task"


@dataclass(frozen=True, slots=True)
class Result:
    """What a load came to."""

    rate: float
    p50_ms: float
    p99_ms: float
    number: int
    cpu_us: float
    """Processor time of the server's processes, a request."""


def ours(server: str, *more: str) -> Program:
    """`hookproof receive` with a server."""
    words: tuple[str, ...] = ("-m", "hookproof_runtime", "receive")
    words += ("--app", "tests.bench.receivers.ours:receiver")
    words += ("--listen", "127.0.0.1:{port}", "--log", "quiet", "--server", server, *more)
    return Program(f"hookproof, {server}", (sys.executable, *words))


FLASK = Program(
    "Flask under gunicorn gthread, FULL commit a request",
    (
        str(BIN / "gunicorn"),
        *("-k", "gthread", "--threads", "16", "-b", "127.0.0.1:{port}", "--log-level", "error"),
        "tests.bench.receivers.flask_commits:app",
    ),
)

BARE = Program(
    "WSGI function under granian, NORMAL commit a request",
    (
        str(BIN / "granian"),
        *("--interface", "wsgi", "--port", "{port}", "--http", "1", "--no-ws", "--no-log"),
        *("--workers", "1", "--blocking-threads", "1"),
        "tests.bench.receivers.bare_wsgi:app",
    ),
)

WEBHOOK = Program(
    "adnanh/webhook with an HMAC rule",
    ("webhook", "-ip", "127.0.0.1", "-port", "{port}", "-hooks", "{folder}/hooks.json"),
    path="/hooks/test",
    header="X-Signature",
)


def write_hooks(folder: Path) -> None:
    """The peer's rule: the body's digest in a header, and a command that does nothing."""
    rule = {
        "match": {
            "type": "payload-hmac-sha256",
            "secret": SECRET,
            "parameter": {"source": "header", "name": "X-Signature"},
        }
    }
    hook = {"id": "test", "execute-command": "/bin/true", "trigger-rule": rule}
    (folder / "hooks.json").write_text(json.dumps([hook]))


@contextlib.contextmanager
def running(program: Program, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server on the first core; its process and its port."""
    cores = sorted(os.sched_getaffinity(0))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    write_hooks(folder)
    command = [word.format(port=port, folder=folder) for word in program.command]
    environment = os.environ | {
        "BENCH_DATABASE": str(folder / "bench.db"),
        "BENCH_SECRET": SECRET,
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores[:1]),
    ) as process:
        try:
            _wait_for(port, process)
            yield process, port
        finally:
            process.kill()


def load(
    program: Program, port: int, process: subprocess.Popen[bytes], connections: int, **more: Any
) -> Result:
    """Put it under load, from the last core."""
    cores = sorted(os.sched_getaffinity(0))
    words = {"path": program.path, "header": program.header, "secret": SECRET} | more
    arguments = [f"--{name}={value}" for name, value in words.items()]
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.bench.load",
            str(port),
            f"--connections={connections}",
            *arguments,
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, cores[-1:]),
    ) as loader:
        assert loader.stdin is not None
        assert loader.stdout is not None
        assert loader.stdout.readline() == b"ready\n"
        before = _cpu(process.pid)
        loader.stdin.write(b"go\n")
        loader.stdin.flush()
        came = json.loads(loader.stdout.readline())
        used = _cpu(process.pid) - before
    if set(came["statuses"]) != {"200"}:
        raise RuntimeError(f"{program.name} answered {came['statuses']}")
    number = came["number"]
    return Result(came["rate"], came["p50_ms"], came["p99_ms"], number, used / number * 1e6)


def memory_mib(pid: int) -> float:
    """What a process and its children hold, in MiB."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in _family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not listen")


def _family(pid: int) -> list[int]:
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += _family(int(child))
    return found


def _cpu(pid: int) -> float:
    ticks = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
