"""Bringing a schema up to date, with Alembic: each step in one transaction with the record of it."""

from __future__ import annotations

import threading
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from hookproof.errors import CannotRun

from .engine import reading, writing
from .failures import cannot_use

_MIGRATION_WAIT = 30.0  # seconds: another process may be migrating the same file
_ONE_AT_A_TIME = threading.Lock()  # Alembic's `context` is the whole process's


def upgrade(engine: Engine, package: str, version_table: str) -> None:
    """Run the migrations of a program that have not run yet.

    Args:
        engine: a prepared engine.
        package: where they are: `hookproof_receiver.migrations`, a package with an `env.py` that calls
            `migration_environment`, and a folder `versions`.
        version_table: where this program writes down how far it is; each program has its own.

    Raises:
        CannotRun: the schema is newer than this program, or the file is no database.
    """
    if _is_current(engine, package, version_table):
        return
    # Imported here: it takes longer to import than most commands take, and is seldom needed.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", package.replace(".", ":", 1).replace(".", "/"))
    config.attributes["version_table"] = version_table
    try:
        with _ONE_AT_A_TIME, writing(engine, wait=_MIGRATION_WAIT) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise CannotRun(
            f"the database {_name(engine)} was written by a newer hookproof: upgrade this one ({error})"
        ) from error
    except DBAPIError as error:
        raise cannot_use(engine, error) from error


def migration_environment() -> None:
    """What a program's `env.py` does: run the steps in the transaction that `upgrade` opened."""
    from alembic import context

    attributes: dict[str, Any] = dict(context.config.attributes)
    connection: Connection = attributes["connection"]
    context.configure(
        connection=connection,
        version_table=attributes["version_table"],
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


def _is_current(engine: Engine, package: str, version_table: str) -> bool:
    """Whether the last step has run; False, too, where only Alembic can say what is the matter."""
    steps = (
        step.name for step in files(package).joinpath("versions").iterdir() if step.name.endswith(".py")
    )
    head = max(steps).partition("_")[0]  # a step's file begins with its revision: 0001_inbox.py
    try:
        with reading(engine) as connection:
            statement = f"SELECT version_num FROM {version_table}"  # noqa: S608  (a name of ours)
            return connection.exec_driver_sql(statement).scalars().all() == [head]
    except DBAPIError:
        return False  # most often there is no such table yet


def _name(engine: Engine) -> str:
    return engine.url.database or engine.url.render_as_string(hide_password=True)
