"""Bringing the receiver's schema up to date."""

from __future__ import annotations

from typing import Final

from hookproof_runtime.database import Engine, upgrade

PACKAGE: Final = "hookproof_receiver.migrations"
"""Where the steps are."""
VERSION_TABLE: Final = "hookproof_receiver_version"
"""Where it is written down how far the schema is: the sign of a database that is a receiver's."""


def bring_up_to_date(engine: Engine) -> None:
    """Run the steps that have not run yet in this database.

    Raises:
        CannotRun: it was written by a newer hookproof, or is no database.
    """
    upgrade(engine, PACKAGE, VERSION_TABLE)
