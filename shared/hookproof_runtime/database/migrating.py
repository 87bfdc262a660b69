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

MIGRATION_WAIT = 30.0
"""Seconds to wait for the turn: another process may be migrating the same file."""

_ONE_AT_A_TIME = threading.Lock()  # Alembic's `context` is the whole process's


def upgrade(engine: Engine, package: str, version_table: str, *, wait: float = MIGRATION_WAIT) -> None:
    """Run the migrations of a program that have not run yet.

    Args:
        engine: a prepared engine.
        package: where they are: `hookproof_receiver.migrations`, a package with an `env.py` that calls
            `migration_environment`, and a folder `versions`.
        version_table: where this program writes down how far it is; each program has its own.
        wait: seconds to wait for the turn, where there is something to run.

    Raises:
        CannotRun: the schema is newer than this program, or the file is no database.
        Busy: the turn did not come in time.
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
        with _ONE_AT_A_TIME, writing(engine, wait=wait) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise CannotRun(
            f"the database {_name(engine)} was written by a newer hookproof: upgrade this one ({error})"
        ) from error
    except DBAPIError as error:
        raise cannot_use(engine, error) from error


def versions(package: str) -> list[str]:
    """The versions that a program knows, the oldest first; `package` as for `upgrade`."""
    steps = files(package).joinpath("versions").iterdir()
    # A step's file begins with its version: 0001_inbox.py
    return sorted(step.name.partition("_")[0] for step in steps if step.name.endswith(".py"))


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
    head = versions(package)[-1]
    try:
        with reading(engine) as connection:
            statement = f"SELECT version_num FROM {version_table}"  # noqa: S608  (a name of ours)
            return connection.exec_driver_sql(statement).scalars().all() == [head]
    except DBAPIError:
        return False  # most often there is no such table yet


def _name(engine: Engine) -> str:
    return engine.url.database or engine.url.render_as_string(hide_password=True)
