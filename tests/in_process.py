"""The command in this process, where a start of its own is not the point: it costs half a second."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from hookproof_runtime.command_line import main

ROOMS = ("hookproof", "hookproof_runtime", "hookproof_sender", "hookproof_receiver")


def run_here(
    *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, stdin: bytes = b""
) -> CompletedProcess[bytes]:
    """Run a `hookproof` command to its end, as `subprocess.run` would with both streams captured.

    Args:
        words: what stands after `hookproof`.
        cwd: where it runs; None for where the test does.
        env: the whole environment; None for the test's own.
        stdin: what it can read.
    """
    given, out, err = (io.TextIOWrapper(io.BytesIO(one), "utf-8") for one in (stdin, b"", b""))
    environment = os.environ if env is None else env
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(sys, "stdin", given),
        redirect_stdout(out),
        redirect_stderr(err),
        chdir(cwd or "."),
        _logging_as_it_was(),
        _modules_of_its_own(),
    ):
        try:
            main(words)
        except SystemExit as left:
            code = left.code
    for stream in (out, err):
        stream.flush()
    assert isinstance(code, int)
    answers = [stream.detach().getvalue() for stream in (out, err)]
    return CompletedProcess(words, code, *answers)


@contextmanager
def _modules_of_its_own() -> Iterator[None]:
    """A command imports what its folder has; here, `shop` may be another test's already."""
    path = sys.path[:]
    names = {file.stem for file in Path.cwd().glob("*.py")}
    for name in names:
        sys.modules.pop(name, None)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in names:
            sys.modules.pop(name, None)


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    """A command sends its process's lines to its own standard error, which is gone after it."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = [(one, one.level) for one in (root, *map(logging.getLogger, ROOMS))]
    try:
        yield
    finally:
        root.handlers[:] = handlers
        for one, level in levels:
            one.setLevel(level)
