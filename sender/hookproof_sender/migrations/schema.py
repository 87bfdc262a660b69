"""Bringing the sender's schema up to date."""

from __future__ import annotations

from hookproof_runtime.database import Engine, upgrade


def bring_up_to_date(engine: Engine) -> None:
    """Run the steps that have not run yet in this database.

    Raises:
        CannotRun: it was written by a newer hookproof, or is no database.
    """
    upgrade(engine, "hookproof_sender.migrations", "hookproof_sender_version")
