"""What leads to a message: its signed key, its signed bytes, its GUIDs."""

from __future__ import annotations

from hookproof_runtime.database import Driver

from ...identity import Asked, Decision, guid_value, key_value, signature_value
from ..endpoint import Endpoint

_INSERT = "INSERT INTO hookproof_identities (endpoint, value, message_id, created_ms) VALUES "
_BIND = {number: _INSERT + ", ".join(["(?, ?, ?, ?)"] * number) for number in (1, 2, 3)}
_TRY = {number: statement + " ON CONFLICT DO NOTHING" for number, statement in _BIND.items()}
_TAKE_BACK = "DELETE FROM hookproof_identities WHERE endpoint = ? AND value = ? AND message_id = ?"


def values_of(asked: Asked, decision: Decision) -> list[str]:
    """What is to lead to the message from now on."""
    values = (
        key_value(asked.key) if decision.binds_key else None,
        signature_value(asked.signature, asked.signed_ms) if decision.binds_signature else None,
        guid_value(asked.guid) if decision.binds_guid else None,
    )
    return [value for value in values if value is not None]


def bind(driver: Driver, message_id: str, endpoint: Endpoint, values: list[str], now_ms: int) -> None:
    """Have values lead to a message from now on; nothing leads from them yet."""
    if values:
        driver.execute(_BIND[len(values)], _row(message_id, endpoint, values, now_ms))


def bind_unknown(
    driver: Driver, message_id: str, endpoint: Endpoint, values: list[str], now_ms: int
) -> bool:
    """Have values lead to a new message, if none of them leads anywhere yet.

    Returns:
        False where one does: then nothing was written.
    """
    if not values:
        return True
    statement = _TRY[len(values)]
    if driver.execute(statement, _row(message_id, endpoint, values, now_ms)).rowcount == len(values):
        return True
    driver.executemany(_TAKE_BACK, [(endpoint.path, value, message_id) for value in values])
    return False


def _row(message_id: str, endpoint: Endpoint, values: list[str], now_ms: int) -> tuple[object, ...]:
    row: tuple[object, ...] = ()
    for value in values:
        row += (endpoint.path, value, message_id, now_ms)
    return row
