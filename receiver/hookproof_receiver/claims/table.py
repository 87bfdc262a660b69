"""Making the table of claims, and keeping it small."""

from __future__ import annotations

from typing import Any

from hookproof.clock import NANOSECONDS, Clock, system_clock
from hookproof.errors import BadConfiguration

from . import store
from .connections import database_of

KEPT_S = 7 * 86_400
"""Seconds that a claim is kept at least: 7 days."""


def create_claims_table(connection: Any) -> None:
    """Make the table that `claim` writes to, unless it is there; the caller commits.

    Several processes may do so at once. Who has migrations puts the statements of `CLAIMS_TABLE` there.
    """
    store.create(database_of(connection))


def prune_claims(connection: Any, *, older_than: float = KEPT_S, clock: Clock = system_clock) -> None:
    """Forget claims; the caller commits. To be called now and then, such as once a day.

    Args:
        connection: as for `claim`.
        older_than: seconds, 7 days at least. A retry that comes later than that is a new message.
        clock: the wall clock.

    Raises:
        BadConfiguration: fewer.
    """
    if not older_than >= KEPT_S:
        raise BadConfiguration(f"claims are kept for 7 days at least, {KEPT_S} s, not {older_than!r}")
    before_ns = clock() - round(older_than * NANOSECONDS)
    store.prune(database_of(connection), before_ns // 1_000_000)
