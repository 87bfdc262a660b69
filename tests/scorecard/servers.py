"""The servers that people put an application behind; each has one that writes down what it is given."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.receiver.bare_server import eventually
from tests.receiver.serving.conftest import running
from tests.scorecard import seeing

WEBHOOK = """
[{{"id": "test", "execute-command": "{command}", "include-command-output-in-response": true,
   "pass-arguments-to-command": [
     {{"source": "raw-request-body"}}, {{"source": "header", "name": "X-Webhook-Signature"}}]}}]
"""
WRITE = f"""#!/bin/sh
body=$(printf %s "$1" | od -An -v -tx1 | tr -d ' \\n')
printf '{{"body": "%s", "signature": "%s"}}\\n' "$body" "$2" >> "${seeing.VARIABLE}"
"""


class Open(NamedTuple):
    """A server that answers."""

    port: int
    seen: Path
    """A line for each request that its application was given."""


Opened = Callable[[Path], Iterator[Open]]


def _ours(name: str) -> Opened:
    def opened(folder: Path) -> Iterator[Open]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(seeing.VARIABLE, str(folder / "seen"))
            with running(name, seeing.app) as (_, port, _):
                yield Open(port, folder / "seen")

    return opened


def _program(words: Callable[[Path, int], list[str]]) -> Opened:
    def opened(folder: Path) -> Iterator[Open]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        root = Path(__file__).parents[2]
        process = subprocess.Popen(
            words(folder, port),
            cwd=root,
            env={**os.environ, seeing.VARIABLE: str(folder / "seen"), "PYTHONPATH": str(root)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            eventually(lambda: _listens(port))
            yield Open(port, folder / "seen")
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    return opened


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _waitress(_folder: Path, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "waitress",
        f"--listen=127.0.0.1:{port}",
        "tests.scorecard.seeing:app",
    ]


def _gunicorn(_folder: Path, port: int) -> list[str]:
    workers = ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "1"]
    bind = ["--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", *bind, *workers, "tests.scorecard.seeing:app"]


def _webhook(folder: Path, port: int) -> list[str]:
    command = folder / "write"
    command.write_text(WRITE)
    command.chmod(0o700)
    (folder / "hooks.json").write_text(WEBHOOK.format(command=command))
    where = ["-ip", "127.0.0.1", "-port", str(port), "-hooks", str(folder / "hooks.json")]
    return ["webhook", *where]


SERVERS: Mapping[str, Opened] = {
    "hookproof: waitress": _ours("waitress"),
    "hookproof: granian": _ours("granian"),
    "waitress": _program(_waitress),
    "gunicorn gthread": _program(_gunicorn),
    "adnanh/webhook": _program(_webhook),
}
"""Ours and the peers, by name."""


def why_missing(name: str) -> str | None:
    """A sentence where the server is not installed here; None where it is."""
    if name == "adnanh/webhook" and shutil.which("webhook") is None:
        return "not installed here: Debian has it as the package webhook"
    return None


@contextmanager
def opened(name: str) -> Iterator[Open]:
    """Run one of them on a free port of 127.0.0.1."""
    with tempfile.TemporaryDirectory(prefix="hookproof-servers-") as folder:
        yield from SERVERS[name](Path(folder))
