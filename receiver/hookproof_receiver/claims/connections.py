"""The connections that applications have, each spoken to in its own words.

Nothing is imported for it: whoever hands in a connection has its library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from hookproof.errors import BadConfiguration

Parameters: TypeAlias = tuple[object, ...]
Rows: TypeAlias = list[tuple[Any, ...]]
Execute: TypeAlias = Callable[[str, Parameters], Rows]
"""Run one statement, and fetch what it returns."""

_SQLITE = "sqlite3.Connection"
_PSYCOPG = "psycopg.Connection"
_SQLALCHEMY = "sqlalchemy.engine.base.Connection"
_DJANGO = (
    "django.utils.connection.ConnectionProxy",
    "django.db.backends.base.base.BaseDatabaseWrapper",
)
_CURES = {
    "sqlalchemy.orm.": "hand in session.connection()",
    "sqlalchemy.engine.base.Engine": "hand in a connection: with engine.begin() as connection",
    "sqlalchemy.ext.asyncio.": "it is asynchronous; hand in a plain connection, in a thread",
    "psycopg.AsyncConnection": "it is asynchronous; hand in a plain connection, in a thread",
}
_TAKEN = "hand in a connection of SQLAlchemy, sqlite3 or psycopg, or Django's, to SQLite or PostgreSQL"


@dataclass(frozen=True, slots=True)
class Database:
    """A connection, as the store speaks to it."""

    execute: Execute
    placeholder: str
    """Of a parameter: `?` or `%s`."""
    is_postgresql: bool
    """Else it is SQLite."""
    in_transaction: Callable[[], bool]
    """Whether what was written last can still be rolled back."""


def database_of(connection: Any) -> Database:
    """How to speak to a connection.

    Raises:
        BadConfiguration: it is none that is known.
    """
    names = _names(connection)
    if _SQLALCHEMY in names:
        driver, execute = connection.connection.driver_connection, _by_sqlalchemy(connection)
    elif names.intersection(_DJANGO):
        connection.ensure_connection()
        driver, execute = connection.connection, _by_django(connection)
    else:
        driver, execute = connection, _by_driver(connection)
    drivers = _names(driver)
    if _PSYCOPG in drivers:
        return Database(
            execute, "%s", True, lambda: driver.info.transaction_status.name in ("ACTIVE", "INTRANS")
        )
    if _SQLITE in drivers:
        # Django writes %s for every database.
        placeholder = "%s" if names.intersection(_DJANGO) else "?"
        return Database(execute, placeholder, False, lambda: driver.in_transaction)
    cures = [cure for start, cure in _CURES.items() if any(name.startswith(start) for name in drivers)]
    kind = type(driver)
    raise BadConfiguration(
        f"not a connection that can hold a claim: {kind.__module__}.{kind.__qualname__}; "
        f"{cures[0] if cures else _TAKEN}"
    )


def _names(thing: Any) -> set[str]:
    return {f"{kind.__module__}.{kind.__qualname__}" for kind in type(thing).__mro__}


def _by_driver(connection: Any) -> Execute:
    tuples = None if _SQLITE in _names(connection) else lambda cursor: tuple

    def execute(sql: str, parameters: Parameters) -> Rows:
        cursor = connection.cursor()
        try:
            cursor.row_factory = tuples  # whatever the caller has set
            cursor.execute(sql, parameters)
            return _fetch(cursor)
        finally:
            cursor.close()

    return execute


def _by_sqlalchemy(connection: Any) -> Execute:
    def execute(sql: str, parameters: Parameters) -> Rows:
        result = connection.exec_driver_sql(sql, parameters)
        return [tuple(row) for row in result] if result.returns_rows else []

    return execute


def _by_django(connection: Any) -> Execute:
    def execute(sql: str, parameters: Parameters) -> Rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return _fetch(cursor)

    return execute


def _fetch(cursor: Any) -> Rows:
    return [] if cursor.description is None else list(cursor.fetchall())
