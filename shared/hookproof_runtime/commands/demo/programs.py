"""The two programs, as processes in one folder."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from hookproof.errors import CannotRun

FILES = Path(__file__).parent / "files"
"""What the demo's folder is made of."""
_START_WITHIN = 30.0  # seconds
_STOP_WITHIN = 15.0
_COMMAND = (sys.executable, "-m", "hookproof_runtime")

_SETTINGS = """\
[sender]
allowLoopback = true        # local work only
retryBase = "400 ms"        # the platform's own delays are not documented
[receiver]
listen = "127.0.0.1:0"
app = "shop:receiver"
database = "sqlite:///shop.db"
platform = true             # the run-job API at /v4
slack = true                # incoming webhooks at /services
"""


class Programs:
    """A folder with a settings' file, a secret and a shop, and a receiver that runs on them.

    Args:
        folder: where everything goes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Where the files are."""
        self.secret = secrets.token_urlsafe(32)
        """What both ends share."""
        self.url = ""
        """Where the receiver listens: `http://127.0.0.1:PORT`."""
        self._environment = {**os.environ, "SHOP_SECRET": self.secret, "NO_COLOR": "1"}
        self._lines: list[str] = []
        self._heard = threading.Condition()

    def __enter__(self) -> Programs:
        shutil.copy(FILES / "shop.py", self.folder)
        self.write("hookproof.toml", _SETTINGS)
        self._receiver = subprocess.Popen(  # noqa: S603  (ourselves, with words of our own)
            [*_COMMAND, "receive", "--ready-file", "ready"],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._receiver.send_signal(signal.SIGTERM)
        try:
            self._receiver.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._receiver.kill()
        self._reader.join(_STOP_WITHIN)
        if self._receiver.stdout is not None:
            self._receiver.stdout.close()

    def write(self, name: str, text: str) -> None:
        """Put a file into the folder, for its owner's eyes: some hold a token."""
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `hookproof` command in the folder, to its end."""
        return subprocess.run(  # noqa: S603  (ourselves, with words of our own)
            [*_COMMAND, *words],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def heard(self, lines: int = 0) -> list[str]:
        """What the receiver has printed since this was last asked.

        Args:
            lines: how many lines with an arrow there will be; they may still be on their way.
        """
        with self._heard:
            self._heard.wait_for(lambda: sum("--" in line for line in self._lines) >= lines, 5.0)
            heard, self._lines = self._lines, []
            return heard

    def _read(self) -> None:
        assert self._receiver.stdout is not None
        for line in self._receiver.stdout:
            with self._heard:
                self._lines.append(line.rstrip())
                self._heard.notify_all()

    def _wait_until_ready(self) -> str:
        """The URL that the receiver writes down once it listens."""
        ready = self.folder / "ready"
        deadline = time.monotonic() + _START_WITHIN
        while time.monotonic() < deadline and self._receiver.poll() is None:
            if ready.exists():
                return ready.read_text(encoding="utf-8").strip()
            with self._heard:
                self._heard.wait(0.05)
        self._receiver.kill()
        self._reader.join(_STOP_WITHIN)
        raise CannotRun("the receiver did not start:\n" + "\n".join(self._lines))
