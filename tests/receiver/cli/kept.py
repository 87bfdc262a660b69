"""An inbox with messages that stand in every way, and the command that looks after them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import text
from tests.receiver.inbox.shop import PATH, Shop, endpoint, ship

from hookproof_receiver.inbox import Answer, Arrival, Message, Rejected, Standing
from hookproof_runtime.command_line.root import root
from hookproof_runtime.database import Connection, writing

DAY = 86_400.0
SETTINGS = f"""
[receiver]
database = "sqlite:///shop.db"
[[receiver.endpoint]]
path = "{PATH}"
secrets = [{{ label = "2026-11", env = "ORDERS_SECRET" }}]
"""


def hookproof(*words: object, **options: Any) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(root, [str(word) for word in words], standalone_mode=False, **options)


def as_told(message: Message, tx: Connection) -> Any:
    """Does what the body asks for."""
    if message.body.startswith(b"fail"):
        raise OSError("the shop is shut")
    if message.body.startswith(b"reject"):
        raise Rejected(422)
    return ship(message, tx)


class Kept:
    """A receiver's folder, with its database and settings.

    Args:
        folder: the working folder.
        ago: how many seconds ago what is kept here came.
    """

    def __init__(self, folder: Path, *, ago: float = 0.0) -> None:
        (folder / "hookproof.toml").write_text(SETTINGS)
        self.folder = folder
        self.shop = Shop(folder)
        self.shop.clock.advance(-ago)
        self.at = endpoint(as_told)
        self.showing = endpoint(None, "/hooks/shown")
        self.later = endpoint(as_told, "/hooks/later", mode="inbox")
        self.inbox = self.shop.open(self.at, self.showing, self.later, workers=0)

    def add(self, standing: Standing, *, more: bytes = b"", guid: str | None = None) -> str:
        """Receive a message, and bring it to where it is to stand; its id."""
        if standing == "kept":
            return self._accept(self.showing, self.shop.request(b"kept" + more, guid))
        if standing == "pending":
            return self._accept(self.later, self.shop.request(b"done" + more, guid))
        words = {"done": b"done", "rejected": b"reject"}.get(standing, b"fail") + more
        one = self._accept(self.at, self.shop.request(words, guid))
        after: dict[Standing, str] = {
            "parked": "promised_ms = created_ms, tries = 16",
            "running": "state = 'running', owner = 'gone', status = NULL, error = NULL",
        }
        if standing in after:
            self.write(f"UPDATE hookproof_messages SET {after[standing]} WHERE id = '{one}'")
        return one

    def accept(self, request: Arrival) -> Answer:
        return self.inbox.accept(self.at, request)

    def write(self, statement: str) -> None:
        with writing(self.shop.engine) as connection:
            connection.execute(text(statement))

    def multiply(self, message_id: str, count: int) -> None:
        """Have so many more messages like one of them, each with what identifies it and its request."""
        with writing(self.shop.engine) as connection:
            for table, column in ("messages", "id"), ("identities", "message_id"), ("deliveries", "id"):
                of = "message_id" if table == "deliveries" else column
                select = text(f"SELECT * FROM hookproof_{table} WHERE {of} = :one")
                rows = [dict(row._mapping) for row in connection.execute(select, {"one": message_id})]
                names = ", ".join(rows[0])
                values = ", ".join(":" + name for name in rows[0])
                insert = text(f"INSERT INTO hookproof_{table} ({names}) VALUES ({values})")
                copies = []
                for row in rows:
                    for number in range(count):
                        copy = {
                            name: f"{value[:-4]}{number:04}"
                            if name in ("id", "message_id", "value")
                            else value
                            for name, value in row.items()
                        }
                        copies.append(copy)
                connection.execute(insert, copies)

    def _accept(self, at: Any, request: Arrival) -> str:
        message_id = self.inbox.accept(at, request).message_id
        assert message_id is not None
        return message_id
