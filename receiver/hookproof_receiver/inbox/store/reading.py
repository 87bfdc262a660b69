"""Reading what an inbox tells of itself in Python."""

from __future__ import annotations

from sqlalchemy import Connection

from ..kept import DeliveryFilters, Filters
from ..records import DeliveryRecord, MessageRecord
from .showing import find, find_deliveries


def message(connection: Connection, message_id: str) -> MessageRecord | None:
    """One message; None where there is none of that id."""
    return next(iter(find(connection, Filters(ids=(message_id,)), limit=1)), None)


def list_messages(connection: Connection, endpoint: str | None, limit: int) -> list[MessageRecord]:
    """The newest messages, of one endpoint or of all."""
    return find(connection, Filters(endpoint=endpoint), limit=limit)


def list_deliveries(
    connection: Connection, message_id: str | None, endpoint: str | None, limit: int
) -> list[DeliveryRecord]:
    """The newest requests, of one message or endpoint or of all."""
    filters = DeliveryFilters(message_id=message_id, endpoint=endpoint)
    return find_deliveries(connection, filters, limit=limit)
