"""What filters mean in SQL.

A page of ten million is read out of an index. A partial index is used where the statement holds its
very condition, as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    TextClause,
    and_,
    func,
    literal,
    or_,
    select,
    text,
)

from hookproof_runtime.ids import Prefix, first_id

from ..kept import DeliveryFilters, Filters, Flag, Standing
from .tables import deliveries, messages

_AnyTerm: TypeAlias = ColumnElement[Any] | TextClause

_UNFINISHED = text("hookproof_messages.state IN ('failed', 'rejected')")
_FLAGGED = text("hookproof_messages.flags <> '[]'")
_FLAGGED_DELIVERY = text("hookproof_deliveries.flags <> '[]'")
_NOT_NEW = text("hookproof_deliveries.verdict <> 'new'")
_BY_STATE = ("failed", "parked", "rejected")
_PARKED = and_(messages.c.promised_ms.is_not(None), messages.c.due_ms.is_(None))


def of_messages(filters: Filters) -> list[_AnyTerm]:
    """The conditions of a statement over messages."""
    terms = list(_ids(messages.c.id, "msg", filters))
    if filters.endpoint is not None:
        terms.append(messages.c.endpoint == filters.endpoint)
    if filters.states is not None:
        terms += _states(filters.states)
    if filters.flags is not None:
        terms += [_FLAGGED, _flags(messages.c.flags, filters.flags)]
    if filters.guid is not None:
        carried = select(deliveries.c.message_id).where(deliveries.c.guid == filters.guid)
        terms.append(messages.c.id.in_(carried))
    if filters.search is not None:
        found = func.instr(messages.c.body, literal(filters.search, LargeBinary))
        terms.append(found > 0)
    if filters.updated_before_ms is not None:
        terms.append(messages.c.updated_ms < filters.updated_before_ms)
    return terms


def of_deliveries(filters: DeliveryFilters) -> list[_AnyTerm]:
    """The conditions of a statement over requests."""
    terms = list(_ids(deliveries.c.id, "dlv", filters))
    if filters.endpoint is not None:
        terms.append(deliveries.c.endpoint == filters.endpoint)
    if filters.message_id is not None:
        terms.append(deliveries.c.message_id == filters.message_id)
    if filters.verdicts is not None:
        if "new" not in filters.verdicts:
            terms.append(_NOT_NEW)
        terms.append(_one_of(deliveries.c.verdict, filters.verdicts))
    if filters.flags is not None:
        terms += [_FLAGGED_DELIVERY, _flags(deliveries.c.flags, filters.flags)]
    if filters.guid is not None:
        terms.append(deliveries.c.guid == filters.guid)
    return terms


def _ids(
    column: ColumnElement[str], prefix: Prefix, filters: Filters | DeliveryFilters
) -> Iterable[_AnyTerm]:
    if filters.ids is not None:
        yield column.in_(filters.ids)
    if filters.prefix is not None:
        yield column >= filters.prefix
        yield column < filters.prefix + "~"  # above every character of an id
    # An id begins with the time of its record.
    if filters.since_ms is not None:
        yield column >= first_id(prefix, filters.since_ms)
    if filters.until_ms is not None:
        yield column < first_id(prefix, filters.until_ms)


def _states(wanted: Iterable[Standing]) -> Iterable[_AnyTerm]:
    names = set(wanted)
    if names <= set(_BY_STATE):
        yield _UNFINISHED
    raw = sorted({"failed" if name == "parked" else name for name in names})
    yield _one_of(messages.c.state, raw)
    if "running" in names and len(names) == 1:
        leased = select(messages.c.id).where(messages.c.owner.is_not(None))
        yield messages.c.id.in_(leased)
    if "pending" in names and len(names) == 1:
        waiting = select(messages.c.id).where(messages.c.due_ms.is_not(None))
        yield messages.c.id.in_(waiting)
    if ("parked" in names) != ("failed" in names):
        asked = _PARKED if "parked" in names else ~_PARKED
        yield asked if raw == ["failed"] else or_(messages.c.state != "failed", asked)


def _one_of(column: ColumnElement[str], values: Iterable[str]) -> _AnyTerm:
    found = tuple(values)
    return column == found[0] if len(found) == 1 else column.in_(found)


def _flags(column: ColumnElement[str], flags: Iterable[Flag]) -> _AnyTerm:
    return or_(*(func.instr(column, f'"{flag}"') > 0 for flag in flags))
