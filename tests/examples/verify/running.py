"""Run one snippet: copy it beside its driver, build it, start it, ask it about every vector."""

from __future__ import annotations

import contextlib
import glob
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.examples.verify.catalogue import CONTENT_TYPES, Driven
from tests.examples.verify.vectors import ROOT, Vector, vectors

DRIVERS = Path(__file__).parent / "drivers"
NPM = DRIVERS / "npm"
SNIPPETS = ROOT / "examples" / "verify"
PATIENCE = 60.0
"""Seconds within which a server is up, and an answer is there: a guard, not a measurement."""


def prepare(folder: Path, file: str, driven: Driven) -> None:
    """Copy the snippet and its language's drivers into `folder`, and build them there.

    Raises:
        AssertionError: a build step failed; it carries what was said.
    """
    language = Path(file).parent
    shutil.copytree(DRIVERS / language, folder, dirs_exist_ok=True, symlinks=True)
    shutil.copy(SNIPPETS / file, folder)
    if driven.npm:
        folder.joinpath("node_modules").symlink_to(npm_packages())
    for step in driven.build:
        made = subprocess.run(step, cwd=folder, capture_output=True, timeout=600, check=False)
        assert made.returncode == 0, f"{' '.join(step)}: {(made.stdout + made.stderr).decode()}"


def npm_packages() -> Path:
    """Install what the lock names, where it is not there yet; the folder that holds it."""
    packages, lock = NPM / "node_modules", NPM / "package-lock.json"
    installed = packages / ".installed"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        words = ("npm", "ci", "--no-audit", "--no-fund")
        made = subprocess.run(words, cwd=NPM, capture_output=True, timeout=600, check=False)
        assert made.returncode == 0, f"npm ci: {made.stderr.decode()}"
        shutil.copy(lock, installed)
    return packages


def missing(driven: Driven) -> str:
    """The first thing that the snippet needs and that is not installed; empty where all is."""
    for need in driven.needs:
        if need.startswith("import "):
            found = importlib.util.find_spec(need.removeprefix("import ")) is not None
        elif need.startswith("/"):
            found = bool(glob.glob(need))
        else:
            found = shutil.which(need) is not None
        if not found:
            return need
    return ""


def verdicts(driven: Driven, folder: Path) -> dict[str, bool]:
    """Ask about every vector: by its comment, and a body again under every content type.

    What a server loses in some versions alone is told as lost.
    """
    if driven.kind == "function":
        return dict(zip(map(_name, vectors()), _ask(driven.driver, folder), strict=True))
    with serving(driven.driver, folder) as port:
        seen = {name: taken(status(port, request)) for name, request in _requests(driven)}
    wanted = expected(driven)
    either = [_name(vector) for vector in vectors() if vector.comment in driven.by_version]
    return seen | {name: wanted[name] for name in either}


def expected(driven: Driven) -> dict[str, bool]:
    """What `verdicts` should give: the vectors' own, but for those that are lost on the way."""
    wanted = {_name(vector): vector.valid != (vector.comment in driven.lost) for vector in vectors()}
    if driven.kind == "server":
        wanted.update((name, vector.valid) for name, vector, _ in _again(driven))
    return wanted


def _name(vector: Vector) -> str:
    return f"{vector.number}: {vector.comment}"


def _again(driven: Driven) -> Iterator[tuple[str, Vector, str | None]]:
    bodies = [vector for vector in vectors() if vector.is_about_a_body]
    for label, content_type in CONTENT_TYPES.items():
        for vector in bodies:
            if label in driven.only or (label, vector.comment) == ("form", "body: a form"):
                yield f"{_name(vector)}, sent as {label}", vector, content_type


def _requests(driven: Driven) -> Iterator[tuple[str, bytes]]:
    yield from ((_name(vector), vector.request()) for vector in vectors())
    yield from ((name, vector.request(as_type)) for name, vector, as_type in _again(driven))


def _ask(words: tuple[str, ...], folder: Path) -> list[bool]:
    """A bare function's driver answers one line a line: the digest of what was signed, or `refused`."""
    lines = b"".join(vector.line() for vector in vectors())
    ran = subprocess.run(words, cwd=folder, input=lines, capture_output=True, timeout=300, check=False)
    answers = ran.stdout.decode().splitlines()
    assert len(answers) == len(vectors()), f"{len(answers)} answers; {ran.stderr[-2000:].decode()}"
    assert all(answer == "refused" or len(answer) == 64 for answer in answers)
    return [answer != "refused" for answer in answers]


@contextlib.contextmanager
def serving(
    words: tuple[str, ...], folder: Path, more: Mapping[str, str] | None = None
) -> Iterator[int]:
    """The port of a server that answers; it is ended with all that it started."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, "PORT": str(port), **(more or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _is_up(port):
            assert process.poll() is None, f"it ended: {_said(folder)}"
            assert time.monotonic() < deadline, f"it never answered: {_said(folder)}"
            time.sleep(0.05)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_up(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def status(port: int, request: bytes) -> int:
    """Send raw bytes; the answer's status, 0 where the connection was closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        answer = b""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(request)
            while piece := connection.recv(65536):
                answer += piece
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def taken(answered: int) -> bool:
    """Whether the message was taken; refused is 4xx, or a connection that was closed unanswered.

    Raises:
        AssertionError: the status is neither: the snippet broke.
    """
    assert answered == 0 or 200 <= answered < 300 or 400 <= answered < 500, answered
    return 200 <= answered < 300


def _said(folder: Path) -> str:
    """The end of what a server of the folder wrote."""
    return (folder / "output.txt").read_text(errors="replace")[-2000:]
