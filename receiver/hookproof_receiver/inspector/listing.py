"""Requests, proved and refused, as one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hookproof_runtime.masking import masked_url

from ..identity import Verdict
from ..inbox import VERDICTS, DeliveryFilters, DeliveryRecord, Ledger
from ..refusals import Record, RefusalStore

Wanted: TypeAlias = Verdict | Literal["refused"]
"""What requests may be narrowed to: one verdict, or those that were not proved."""

WANTED: tuple[Wanted, ...] = (*VERDICTS, "refused")
"""All of them."""

Kind: TypeAlias = Literal["good", "bad", "warn", "busy", ""]
"""How a state looks: `style.css` has a colour for each."""

_ODD = ("body_changed", "no_identity")
_KINDS: Mapping[str, Kind] = {
    "new": "good",
    "again": "good",
    "stale": "warn",
    **dict.fromkeys(_ODD, "warn"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One request, as a line of the list."""

    id: str
    received_ns: int
    """Unix time in nanoseconds."""
    method: str
    target: str
    """The path and the query, without what may be a token."""
    verdict: Wanted
    kind: Kind
    why: str | None
    """The code that it was refused with; None where it was proved and is not odd."""
    status: int | None
    """What it was answered; None where that was never written down."""
    secret_label: str | None
    """The label of the secret that matched; None where none did, or at an unsigned endpoint."""
    message_id: str | None

    @property
    def answered_badly(self) -> bool:
        """Whether its handler failed, or it could not be kept."""
        return self.status is not None and self.status >= 500


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the list."""

    rows: tuple[Row, ...]
    next: str | None
    """What to go on before; None where nothing is older."""


def rows_of(
    ledger: Ledger,
    refusals: RefusalStore,
    *,
    limit: int,
    before: str | None = None,
    verdict: Wanted | None = None,
    endpoint: str | None = None,
) -> Slice:
    """The newest requests, newest first, by their ids.

    Args:
        ledger: those that were proved.
        refusals: those that were not. One that was too old is in both: it is listed once, as proved.
        limit: how many at the most.
        before: older than this id; None begins.
        verdict: what was done with them; None does not narrow.
        endpoint: of the endpoint with this path; None does not narrow.
    """
    most = limit + 1
    found: dict[str, Row] = {}
    if verdict in (None, "refused"):
        for record in refusals.page(most, before=before, endpoint=endpoint):
            found[record.id] = _refused(record)
    if verdict != "refused":
        verdicts = None if verdict is None else (verdict,)
        filters = DeliveryFilters(endpoint=endpoint, verdicts=verdicts)
        for delivery in ledger.deliveries(filters, limit=most, after=before):
            found[delivery.id] = row_of(delivery)
    rows = sorted(found.values(), key=lambda row: row.id, reverse=True)
    shown = tuple(rows[:limit])
    return Slice(shown, shown[-1].id if len(rows) > limit else None)


def row_of(delivery: DeliveryRecord) -> Row:
    """A request that was proved."""
    verdict = delivery.verdict
    return Row(
        id=delivery.id,
        received_ns=delivery.received_ms * 1_000_000,
        method=delivery.method,
        target=masked_url(delivery.target),
        verdict=verdict,
        kind=_KINDS.get(verdict, ""),
        why=delivery.stale or (verdict if verdict in _ODD else None),
        status=delivery.status,
        secret_label=delivery.secret_label,
        message_id=delivery.message_id,
    )


def _refused(record: Record) -> Row:
    return Row(
        id=record.id,
        received_ns=record.received_ns,
        method=record.method,
        target=masked_url(record.target),
        verdict="refused",
        kind="bad",
        why=record.code,
        status=401,
        secret_label=None,
        message_id=None,
    )
