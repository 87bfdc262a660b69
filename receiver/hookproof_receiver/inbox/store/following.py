"""Reading which requests there are: what follows them looks again at those of the last seconds."""

from __future__ import annotations

from sqlalchemy import Connection

from hookproof_runtime.database import driver_of
from hookproof_runtime.ids import first_id

_IDS = "SELECT id FROM hookproof_deliveries WHERE id >= ? ORDER BY id"


def ids_since(connection: Connection, since_ms: int) -> list[str]:
    """The ids of the requests that were read at this time or later, oldest first."""
    rows = driver_of(connection).execute(_IDS, (first_id("dlv", since_ms),)).fetchall()
    return [row[0] for row in rows]
