"""As little as can be: a WSGI function, and a commit a request that a power failure may lose."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable
from typing import Any

_own = threading.local()


def _database() -> sqlite3.Connection:
    if not hasattr(_own, "database"):
        database = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None, timeout=30)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, body BLOB)")
        _own.database = database
    return _own.database  # type: ignore[no-any-return]


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Write the body down."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    _database().execute("INSERT INTO requests (body) VALUES (?)", (body,))
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
