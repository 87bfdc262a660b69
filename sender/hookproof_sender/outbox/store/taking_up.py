"""Going on with a message where another process left it."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from hookproof_runtime.database import Connection

from ...wire import unmade
from ..leased import Leased
from ..state import State
from .leasing import lease_one, read
from .marking import mark, mark_of

_PLACE = "SELECT state, owner, lease_ms, due_ms FROM hookproof_outbox WHERE id = :id"

LOST = "the process that made it ended, or hung: whether it arrived is not known"
"""What is said of an attempt whose end is on no record."""


class Standing(NamedTuple):
    """Where a message stands for whoever would go on with it."""

    state: State | None
    """None where it is on record no more."""
    leased: Leased | None = None
    """It, where the next attempt may be made now."""
    wait_ms: int | None = None
    """How long nothing is to be done: until it is due, or its lease runs out in the worst case."""


def take_up(
    connection: Connection, message_id: str, *, owner: str, now_ms: int, lease_ms: int, rng: Random
) -> Standing:
    """Lease a message, where it is due and nobody else holds it.

    Args:
        connection: a transaction that writes.
        message_id: which one.
        owner: under which name. What that name holds already was left behind.
        now_ms: Unix time in milliseconds.
        lease_ms: until when.
        rng: where delays come from.
    """
    row = connection.exec_driver_sql(_PLACE, {"id": message_id}).first()
    if row is None:
        return Standing(None)
    held_ms = 0 if row.owner == owner else (row.lease_ms or 0) - now_ms
    if row.state == "in_flight" and held_ms <= 0:
        (leased,) = read(connection, [message_id])
        lost = unmade(leased.number, now_ms, leased.guid_sent, "lost", LOST)
        mark(connection, [mark_of(leased, lost, rng)], now_ms=now_ms)
        row = connection.exec_driver_sql(_PLACE, {"id": message_id}).one()
    if row.state not in ("pending", "in_flight"):
        return Standing(row.state)
    wait_ms = max(held_ms, (row.due_ms or 0) - now_ms)
    if wait_ms > 0:
        return Standing(row.state, wait_ms=wait_ms)
    return Standing(
        "in_flight",
        lease_one(connection, message_id, owner=owner, now_ms=now_ms, lease_ms=lease_ms),
    )
