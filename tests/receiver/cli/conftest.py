"""The command as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.receiver.cli.kept import Kept

from hookproof.testing import SECRET


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Program:
    """A command that goes on until it is stopped, ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.ready = process.stdout.readline().rstrip("\n")
        """Its first line; empty where it ended instead."""
        self.pages = ""
        """Where a receiver says that its pages are; empty where it has none."""

    @property
    def port(self) -> int:
        return int(self.ready.split()[1].rpartition(":")[2])

    def line(self) -> str:
        """The next line of its standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def end(self, number: int = signal.SIGTERM) -> Ended:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return Ended(self.process.returncode, out, err)


class Folder:
    """A working directory to run it in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def receive(self, *words: str, **variables: str) -> Iterator[Program]:
        """Start `hookproof receive` on a free port, and wait for its first line."""
        with self.run_until_stopped("receive", "--listen", "127.0.0.1:0", *words, **variables) as one:
            if "--no-pages" not in words:
                one.pages = one.line()
            yield one

    @contextmanager
    def run_until_stopped(self, *words: str, **variables: str) -> Iterator[Program]:
        """Start a command that goes on until it is stopped, and wait for its first line."""
        process = self._start(words, variables)
        try:
            yield Program(process)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                stream.close()

    def run(self, *words: str, **variables: str) -> Ended:
        """Run a command to its end."""
        process = self._start(words, variables)
        out, err = process.communicate(timeout=60)
        return Ended(process.returncode, out, err)

    def _start(self, words: tuple[str, ...], variables: dict[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "hookproof_runtime", *words],
            cwd=self.path,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """A receiver's folder, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERS_SECRET", SECRET)
    kept = Kept(tmp_path)
    yield kept
    kept.shop.close()
