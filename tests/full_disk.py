"""A disk that is full, under one database, for as long as a test likes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event


class Disk:
    """Lets the database's file grow no further while it is `full`: from the next connection on."""

    def __init__(self, engine: Engine) -> None:
        self.full = False
        event.listen(engine, "checkout", self._on_checkout)

    def _on_checkout(self, connection: Any, *_: object) -> None:
        pages = 1 if self.full else 1 << 30  # SQLite makes of 1 what the file has already
        connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
