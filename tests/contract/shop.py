"""A receiver on a socket, whose effects are rows beside its messages, and requests as bytes."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.receiver.wire import PATIENCE, Response, exchange, read, signed

from hookproof.testing import SECRET, FixedClock, signed_headers
from hookproof_receiver import Message, Receiver
from hookproof_receiver.inbox import MessageRecord
from hookproof_receiver.testing import Running
from hookproof_runtime.database import Connection

PATH = "/hooks/orders"
BODY = b'{"order": 4}'
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER_GUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def ship(message: Message, tx: Connection) -> Any:
    """What an honest handler does: one row, in the transaction it is lent."""
    tx.exec_driver_sql("INSERT INTO effects VALUES (?, ?)", (message.id, message.body))
    return 201, {"shipped": message.body.decode("latin-1")}


class Ending:
    """A handler that ships, and then ends as it is told to: an answer, an error, or None for `ship`'s.

    Args:
        endings: of its runs, one after the other; the last one again and again.
    """

    def __init__(self, *endings: Any) -> None:
        self._endings = list(endings)

    def __call__(self, message: Message, tx: Connection) -> Any:
        answer = ship(message, tx)
        ending = self._endings.pop(0) if len(self._endings) > 1 else self._endings[0]
        if isinstance(ending, Exception):
            raise ending
        return answer if ending is None else ending


class Held:
    """A handler that says that it has started, and ends only once it is let go.

    Args:
        ending: what it does then.
    """

    def __init__(self, ending: Callable[[Message, Connection], Any] = ship) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.at_start: Callable[[], object] = lambda: None
        self._ending = ending

    def __call__(self, message: Message, tx: Connection) -> Any:
        self.at_start()
        self.started.set()
        assert self.go.wait(PATIENCE)
        return self._ending(message, tx)


class Shop:
    """A running receiver with one endpoint. Its clock moves by a millisecond with each request."""

    def __init__(self, running: Running, database: Path, clock: FixedClock) -> None:
        self.port = running.port
        self.url = running.url
        self.receiver: Receiver = running.receiver
        self.clock = clock
        self.database = database
        self.query("CREATE TABLE IF NOT EXISTS effects (message, body)")

    def request(
        self,
        body: bytes = BODY,
        *,
        guid: str | None = None,
        age: float = 0,
        secret: str = SECRET,
        more: Mapping[str, str | int | None] = {},
        **given: Any,
    ) -> bytes:
        """A request that is signed now, or `age` seconds ago. See `tests.receiver.wire.signed`."""
        self.clock.advance(0.001)
        then = self.clock() - round(age * 1e9)
        headers = signed_headers(body, secrets=secret, guid=guid, clock=lambda: then)
        return signed(body, **{"target": PATH} | given, more={**headers, **more})

    def send(self, data: bytes) -> Response:
        """Send bytes, and read the one response."""
        return exchange(self.port, data, expect=1).only

    def post(self, body: bytes = BODY, **given: Any) -> Response:
        """Send a request that is signed now."""
        return self.send(self.request(body, **given))

    def effects(self) -> list[bytes]:
        """The bodies that were shipped."""
        return [body for (body,) in self.query("SELECT body FROM effects")]

    def messages(self) -> list[MessageRecord]:
        """All messages, the oldest first."""
        return self.receiver.open().messages()[::-1]

    def flags(self) -> tuple[str, ...]:
        """What is odd about the newest request."""
        return self.receiver.open().deliveries()[0].flags

    def has_finished(self) -> bool:
        """Let a second pass and the receiver do what is due; whether all messages are finished."""
        self.clock.advance(1)
        self.receiver.open().run_due()
        return all(message.state not in ("running", "failed") for message in self.messages())

    def apart(self) -> list[bytes]:
        """The bodies that were refused and kept."""
        return [body for (body,) in self.query("SELECT body FROM hookproof_apart")]

    def identities(self) -> list[str]:
        """What leads to messages."""
        return [value for (value,) in self.query("SELECT value FROM hookproof_identities")]

    def store(self) -> list[int]:
        """How many messages, identities and effects there are."""
        tables = ("hookproof_messages", "hookproof_identities", "effects")
        return [self.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What a stranger's connection to the database sees: what is committed."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql).fetchall()


class Waiting:
    """A request that is under way on a connection of its own."""

    def __init__(self, shop: Shop, data: bytes) -> None:
        self._connection = socket.create_connection(("127.0.0.1", shop.port), timeout=PATIENCE)
        self._connection.sendall(data)

    def response(self) -> Response:
        """Wait for its response."""
        with self._connection:
            return read(self._connection, 1).only


Open = Callable[..., Shop]
"""Opens a shop: the handler, what the endpoint is told, and as `receiver={…}` what the receiver is."""


def known(response: Response) -> str:
    """The message that a response is about."""
    return response.headers["hookproof-message"]


def is_duplicate(response: Response) -> bool:
    """Whether it is the kept answer of a message that was finished before."""
    return "hookproof-duplicate" in response.headers
