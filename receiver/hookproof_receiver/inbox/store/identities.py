"""What leads to a message: its signed key, its signed bytes, its GUIDs."""

from __future__ import annotations

from collections.abc import Sequence

from hookproof_runtime.database import Driver

from ...identity import Asked, Decision, guid_value, key_value, signature_value
from ..endpoint import Endpoint
from .rows import Row, insert

_INSERT = "INSERT INTO hookproof_identities (endpoint, value, message_id, created_ms)"
_TAKE_BACK = (
    "DELETE FROM hookproof_identities WHERE endpoint = ? AND value = ? AND message_id = ? "
    "AND created_ms = ?"
)


def rows_of(
    message_id: str, endpoint: Endpoint, asked: Asked, decision: Decision, now_ms: int
) -> list[Row]:
    """What is to lead to the message from now on."""
    values = (
        key_value(asked.key) if decision.binds_key else None,
        signature_value(asked.signature, asked.signed_ms) if decision.binds_signature else None,
        guid_value(asked.guid) if decision.binds_guid else None,
    )
    return [(endpoint.path, value, message_id, now_ms) for value in values if value is not None]


def bind(driver: Driver, rows: Sequence[Row]) -> None:
    """Have values lead to a message from now on; nothing leads from them yet."""
    insert(driver, _INSERT, rows)


def bind_unknown(driver: Driver, rows: Sequence[Row]) -> bool:
    """Have values lead to new messages, if none of them leads anywhere yet, and no two are the same.

    Returns:
        False where one does: then nothing was written.
    """
    if insert(driver, _INSERT, rows, "ON CONFLICT DO NOTHING") == len(rows):
        return True
    driver.executemany(_TAKE_BACK, rows)
    return False
