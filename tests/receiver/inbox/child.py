"""A process of its own that accepts requests: it can be told things, and killed.

It is started as a module, with a JSON document on its standard input's first line.
"""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.receiver.inbox.shop import PATIENCE, Shop, arrival, endpoint, ship

from hookproof.clock import system_clock
from hookproof_receiver.inbox import Arrival, Message
from hookproof_runtime.database import Connection
from hookproof_runtime.logs import configure

ROOT = Path(__file__).parents[3]


class Child:
    """The process, as the test that started it sees it."""

    def __init__(self, url: str, does: str, *requests: Arrival, **options: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.receiver.inbox.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        document = {
            "url": url,
            "does": does,
            "options": options,
            "requests": [
                [base64.b64encode(request.body).decode(), request.headers] for request in requests
            ],
        }
        self.tell(json.dumps(document))

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def says(self) -> str:
        """The next line that it prints; empty once it ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def finish(self) -> None:
        self.tell("finish")
        assert self._process.wait(PATIENCE) == 0

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _hang_in_transaction(message: Message, tx: Connection) -> None:
    ship(message, tx)
    _say("inside")
    threading.Event().wait()


def _hang(message: Message) -> None:
    _say("inside")
    threading.Event().wait()


def _wait_for_word(message: Message, tx: Connection) -> Any:
    _say("inside")
    sys.stdin.readline()
    return ship(message, tx)


HANDLERS: dict[str, Callable[..., Any]] = {
    "hang-in-transaction": _hang_in_transaction,
    "hang": _hang,
    "wait-for-word": _wait_for_word,
    "accept-all": ship,
}


def main() -> None:
    configure()  # log lines go to standard error
    document = json.loads(sys.stdin.readline())
    folder = Path(document["url"].removeprefix("sqlite:///")).parent
    at = endpoint(HANDLERS[document["does"]])
    inbox = Shop(folder).open(at, clock=system_clock, **document["options"])
    requests = [
        arrival(base64.b64decode(body), [(name, value) for name, value in headers], system_clock)
        for body, headers in document["requests"]
    ]
    if document["does"] == "accept-all":
        _say("ready")
        sys.stdin.readline()
    _say(" ".join(str(inbox.accept(at, request).status) for request in requests))
    sys.stdin.readline()
    inbox.close()


if __name__ == "__main__":
    main()
