"""What many write first: Flask, and a durable commit a request. It verifies nothing."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, request

app = Flask(__name__)
_own = threading.local()


def _database() -> sqlite3.Connection:
    if not hasattr(_own, "database"):
        database = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None, timeout=30)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, body BLOB)")
        _own.database = database
    return _own.database  # type: ignore[no-any-return]


@app.post("/hooks/test")
def take() -> tuple[str, int]:
    """Write the body down."""
    _database().execute("INSERT INTO requests (body) VALUES (?)", (request.get_data(),))
    return "", 200
