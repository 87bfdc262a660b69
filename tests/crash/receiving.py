"""A real `hookproof receive`, signed requests to it, and what it answers while its storage fails."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tests.crash.children import PATIENCE
from tests.crash.shop import PATH
from tests.receiver.bare_server import eventually
from tests.receiver.wire import Response, exchange, head, signed

ROOT = Path(__file__).parents[2]
GUID = "11111111-2222-4333-8444-555555555555"


class Receiving:
    """A receiver as a process, in a folder.

    Args:
        folder: where it works; its database is `shop.db` there.
        words: more of its command line.
        app: the module of its receiver.
        environment: more of its environment.
        said: the file that holds what it says.
        ready: the file that says that it is ready.
    """

    def __init__(
        self,
        folder: Path,
        *words: str,
        app: str = "tests.crash.shop",
        environment: Mapping[str, str] = {},
        said: str = "said",
        ready: str = "ready",
    ) -> None:
        self.folder = folder
        self.database = folder / "shop.db"
        self.log = folder / "shop.db-wal"
        self._said, self._ready = folder / said, folder / ready
        self._words = ("--app", f"{app}:receiver", "--database", "sqlite:///shop.db", *words)
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def copy_of(cls, database: bytes, folder: Path) -> Receiving:
        """One with a database that is there already."""
        made = cls(folder)
        made.database.touch(mode=0o600)
        made.database.write_bytes(database)
        return made

    def start(self) -> Receiving:
        """Start it, and wait until it is ready."""
        assert self.starts(), self.said
        return self

    def starts(self) -> bool:
        """Start it; whether it is ready then, or else ended with exit code 3."""
        self._ready.unlink(missing_ok=True)
        process = self._run()
        eventually(lambda: self._ready.exists() or process.poll() is not None)
        if process.poll() is not None:
            assert (3, False) == (process.returncode, "Traceback" in self.said), self.said
            return False
        self.port = int(self._ready.read_text().strip().rpartition(":")[2])
        return True

    def stop(self) -> None:
        """Have it end in good order."""
        assert self._process is not None
        self._process.terminate()
        assert 0 == self._process.wait(PATIENCE), self.said

    def refuses(self) -> str:
        """Start it where it must not start: the one sentence that it says, with exit code 3."""
        process = self._run()
        code = process.wait(PATIENCE)
        lines = self.said.splitlines()
        assert (3, 1) == (code, len(lines)), (code, lines)
        assert lines[0].startswith("hookproof: ")
        return lines[0]

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def said(self) -> str:
        """All that it said since its start."""
        return self._said.read_text()

    def send(self, key: str, *, retry: bool = False) -> Response:
        """One signed request; a retry has a GUID."""
        body = json.dumps({"run": key}).encode()
        guid = GUID if retry else None
        return exchange(self.port, signed(body, target=PATH, guid=guid), expect=1).only

    def ask(self, path: str) -> Response:
        """One question to its health."""
        return exchange(self.port, head([("Host", "h")], target=path, method="GET"), expect=1).only

    def effects(self) -> list[str]:
        """The keys of what it shipped, as somebody else reads them."""
        with closing(sqlite3.connect(self.database)) as connection:
            there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'effects'").fetchone()
            rows = connection.execute("SELECT key FROM effects").fetchall() if there else []
            assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
        return [key for (key,) in rows]

    def kill(self) -> None:
        """Kill it where it stands."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)

    def __enter__(self) -> Receiving:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        if self._process is not None:
            self.kill()
        assert "Traceback" not in self.said, self.said

    def _run(self) -> subprocess.Popen[bytes]:
        words = (*self._words, "--listen", f"127.0.0.1:{self.port}", "--ready-file", self._ready.name)
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hookproof_runtime", "receive", *words],
                cwd=self.folder,
                env=self._environment,
                stdout=said,
                stderr=said,
            )
        return self._process


def is_refusal(response: Response) -> bool:
    """Whether it acknowledges nothing, and asks to come again: a 503 with `Retry-After`."""
    return response.status == 503 and 1 <= int(response.headers.get("retry-after", "0")) <= 60
