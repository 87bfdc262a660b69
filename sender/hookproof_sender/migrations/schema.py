"""Bringing the sender's schema up to date."""

from __future__ import annotations

from hookproof_runtime.database import MIGRATION_WAIT, Engine, upgrade


def bring_up_to_date(engine: Engine, *, wait: float = MIGRATION_WAIT) -> None:
    """Run the steps that have not run yet in this database.

    Args:
        engine: a prepared engine.
        wait: seconds to wait for the turn, where there is something to run.

    Raises:
        CannotRun: it was written by a newer hookproof, or is no database.
        Busy: the turn did not come in time.
    """
    upgrade(engine, "hookproof_sender.migrations", "hookproof_sender_version", wait=wait)
