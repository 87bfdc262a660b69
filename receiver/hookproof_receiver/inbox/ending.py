"""Writing down how a run ended, by whoever holds its lease."""

from __future__ import annotations

import random

from hookproof_runtime.database import Connection
from hookproof_runtime.logs import get_logger

from . import schedule
from .outcome import Outcome
from .store import messages

_log = get_logger(__name__)


def end(
    connection: Connection, message_id: str, owner: str, attempt: int, outcome: Outcome, now_ms: int
) -> bool:
    """End a run. What was promised and failed becomes due again, or is parked after the last try.

    Returns:
        False where the lease is somebody else's by now: then nothing was written, and the transaction
        must not be committed.
    """
    held = messages.held(connection, message_id, owner, attempt)
    if held is None:
        return False
    due_ms = None
    if held.promised and outcome.state == "failed":
        due_ms = schedule.due_ms(held.tries, now_ms, random.random())  # noqa: S311  (guards nothing)
        if due_ms is None:
            _log.error("parked as failed after the last try", message=message_id, error=outcome.error)
    messages.end(connection, message_id, outcome, due_ms, now_ms)
    return True
