"""The connections that an application may have, each in a transaction as its own users open one."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import psycopg
from django.db import connections, transaction
from django.db.utils import ConnectionHandler
from sqlalchemy import NullPool, create_engine
from tests.shared.integrations.shops import django

PATIENCE = 20.0
"""Seconds: a guard against hanging, never a measurement."""

Opens = Callable[[str], AbstractContextManager[Any]]
"""A transaction at a place (a file, or a PostgreSQL URI): committed at the end, rolled back where it
raises."""

_numbers = itertools.count()


@contextmanager
def sqlite3_(place: str) -> Iterator[Any]:
    with closing(sqlite3.connect(place, timeout=PATIENCE)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")  # the tests wait for no disk
        yield connection


@contextmanager
def psycopg_(place: str) -> Iterator[Any]:
    with psycopg.connect(place) as connection:
        yield connection


@contextmanager
def sqlalchemy(place: str) -> Iterator[Any]:
    if place.startswith("postgresql:"):
        url, options = place.replace("postgresql:", "postgresql+psycopg:"), {}
    else:
        url, options = f"sqlite:///{place}", {"timeout": PATIENCE}
    with create_engine(url, poolclass=NullPool, connect_args=options).begin() as connection:
        yield connection


@contextmanager
def django_(place: str) -> Iterator[Any]:
    django()  # settings; databases are the test's own
    if place.startswith("postgresql:"):
        info = psycopg.conninfo.conninfo_to_dict(place)
        database: dict[str, Any] = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": info["dbname"],
            "HOST": info["host"],
            "USER": info["user"],
        }
    else:
        database = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": place,
            "OPTIONS": {"timeout": PATIENCE},
        }
    alias = f"claims{next(_numbers)}"
    connection = ConnectionHandler({"default": {}, alias: database})[alias]
    connections[alias] = connection
    try:
        with transaction.atomic(using=alias):
            yield connection
    finally:
        connection.close()
        del connections[alias]


def run(connection: Any, sql: str) -> list[Any]:
    """Execute as the connection's users do, and fetch."""
    if hasattr(connection, "exec_driver_sql"):
        result = connection.exec_driver_sql(sql)
        return list(result) if result.returns_rows else []
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


ON_SQLITE: dict[str, Opens] = {"sqlite3": sqlite3_, "sqlalchemy": sqlalchemy, "django": django_}
ON_POSTGRESQL: dict[str, Opens] = {"psycopg": psycopg_, "sqlalchemy": sqlalchemy, "django": django_}
