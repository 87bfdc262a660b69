"""A shell session with the shop of the receiver's page: what is typed is run, in a folder of its own.

A receiver is a process, as a reader starts it. The other commands run in this one, which is quicker.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import chdir, closing
from pathlib import Path
from typing import Self

from click.testing import CliRunner, Result

from hookproof_runtime.command_line.root import root

_PATIENCE = 30.0


class Shop:
    """A folder, the receiver that runs in it, and what is typed beside it."""

    shown_at = "127.0.0.1:8080"
    shown_in = "/srv/shop"

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        folder.mkdir()
        self.folder = folder
        self._variables = variables
        self._serving: Serving | None = None
        self._ids: dict[str, str] = {}

    def append(self, file: str, text: str) -> None:
        """Write a file, or, two empty lines below what it has, more of it."""
        with (self.folder / file).open("a", encoding="utf-8") as opened:
            opened.write("\n\n" * (opened.tell() > 0) + text)

    def serve(self, command: str) -> None:
        """Start `$ hookproof receive …` on a free port."""
        words = f"{command} --listen 127.0.0.1:0"
        self._serving = Serving(words, self.folder, self._variables)

    def stop(self) -> str:
        """End it in good order; what it printed."""
        assert self._serving is not None
        return self._shown(self._serving.stop())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._serving is not None:
            self._serving.kill()

    def type(self, line: str) -> str:
        """A line of the session and what it prints. An id in it is the newest that was listed."""
        line = re.sub(r"\b(msg|dlv)_\w*", lambda one: self._ids.get(one[1], one[0]), line)
        printed = self._run(line)
        if re.match("hookproof inbox (list|refusals)", line):
            listed = re.findall(r"\b(?:msg|dlv)_\w+", printed)
            self._ids |= {one[:3]: one for one in reversed(listed)}
        if self._serving is not None:
            self._serving.settle()
        return f"$ {line}\n{self._shown(printed)}"

    def _run(self, line: str) -> str:
        words = shlex.split(self._reached(line))
        match words:
            case ["hookproof", *rest, "2>work.log"]:
                return self._hookproof(rest).stdout
            case ["hookproof", *rest]:
                return self._hookproof(rest).output
            case ["echo", "-n", text, ">", file]:
                (self.folder / file).write_text(text, encoding="utf-8")
                return ""
            case ["sqlite3", file, statement]:
                return self._sqlite(file, statement)
            case ["curl", "-i", url, "-H", sign, "--data-binary", file]:
                header = self._hookproof(sign.removeprefix("$(hookproof ").removesuffix(")").split())
                return self._curl(url, header.stdout, (self.folder / file[1:]).read_bytes())
        raise ValueError(f"the session knows no {line!r}")

    def _hookproof(self, words: list[str]) -> Result:
        path = list(sys.path)
        # Another test may have left its own shop among the modules, or on the way to them.
        sys.path[:] = [place for place in path if not Path(place, "shop.py").exists()]
        sys.modules.pop("shop", None)
        with chdir(self.folder):
            done = CliRunner().invoke(
                root,
                words,
                env={**dict.fromkeys(_own()), **self._variables},
                standalone_mode=False,
                catch_exceptions=False,
            )
        sys.path[:] = path
        sys.modules.pop("shop", None)
        return done

    def _sqlite(self, file: str, statement: str) -> str:
        with closing(sqlite3.connect(self.folder / file)) as connection, connection:
            rows = connection.execute(statement).fetchall()
        return "".join("|".join(map(str, row)) + "\n" for row in rows)

    def _curl(self, url: str, header: str, body: bytes) -> str:
        host, _, path = url.removeprefix("http://").partition("/")
        fields = (
            f"Host: {host}\r\n{header.strip()}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        )
        answer = converse(host, f"POST /{path} HTTP/1.1\r\n{fields}\r\n".encode() + body)
        return answer.decode().replace("\r\n", "\n") + "\n"

    def _reached(self, text: str) -> str:
        return text if self._serving is None else text.replace(self.shown_at, self._serving.address)

    def _shown(self, text: str) -> str:
        if self._serving is not None:
            text = text.replace(self._serving.address, self.shown_at)
        return text.replace(str(self.folder), self.shown_in)


class Serving:
    """A receiver's process, and what it has printed by now."""

    def __init__(self, command: str, folder: Path, variables: dict[str, str]) -> None:
        words = command.removeprefix("$ hookproof ").split()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hookproof_runtime", *words],
            cwd=folder,
            env={**{k: v for k, v in os.environ.items() if k not in _own()}, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._ended = False
        self._came = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._wait(lambda lines: "ready: " in lines)
        except AssertionError:
            self.kill()
            raise
        self.address = self._lines[0].split()[1].removeprefix("http://")

    def settle(self) -> None:
        """Wait for the last line of each request that came."""
        self._wait(
            lambda lines: (
                lines.count("  --> ") == lines.count("  <-- ")
                and len(re.findall("  refused, (?!no_endpoint)", lines)) == lines.count("  why  ")
            )
        )

    def stop(self) -> str:
        self._process.send_signal(signal.SIGTERM)
        self._reader.join(_PATIENCE)
        assert 0 == self._process.wait(_PATIENCE), self._lines
        return "".join(self._lines)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with self._came:
                    self._lines.append(line)
                    self._came.notify_all()
        with self._came:
            self._ended = True
            self._came.notify_all()

    def _wait(self, holds: Callable[[str], bool]) -> None:
        with self._came:
            self._came.wait_for(lambda: self._ended or holds("".join(self._lines)), _PATIENCE)
            assert holds("".join(self._lines)), self._lines


def converse(address: str, request: bytes) -> bytes:
    """Send a request that asks to close, and read all that comes."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=_PATIENCE) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _own() -> list[str]:
    """The variables of this machine that would be settings."""
    return [name for name in os.environ if name.startswith(("HOOKPROOF", "ORDERS_", "REFUNDS_"))]
