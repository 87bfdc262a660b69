"""Writing down how a run ended, by whoever holds its lease."""

from __future__ import annotations

import random
from dataclasses import replace

from hookproof_runtime.database import Connection
from hookproof_runtime.logs import get_logger

from .outcome import Outcome
from .schedule import Schedule
from .store import leasing
from .store.due import Leased
from .store.leasing import Claimed

_log = get_logger(__name__)


def end(
    connection: Connection,
    run: Claimed | Leased,
    schedule: Schedule,
    owner: str,
    outcome: Outcome,
    now_ms: int,
) -> bool:
    """End a run. What was promised and failed becomes due again, or is parked after the last try.

    Returns:
        False where the lease is somebody else's by now: then nothing was written, and the transaction
        must not be committed.
    """
    held = leasing.held(connection, run.id, owner, run.attempt)
    if held is None:
        return False
    due_ms = None
    if outcome.state == "pending":
        if held.promised and isinstance(run, Claimed) and run.due_ms is not None:
            leasing.put_back(connection, run.id, run.due_ms, outcome.error or "", now_ms)
            return True
        outcome = replace(outcome, state="failed")  # a request waited for it
    if held.promised and outcome.state == "failed":
        due_ms = schedule.due_ms(held.tries, now_ms, random.random())  # noqa: S311  (guards nothing)
        if due_ms is None:
            _log.error("parked as failed after the last try", message=run.id, error=outcome.error)
    leasing.end(connection, run.id, outcome, due_ms, now_ms)
    return True
