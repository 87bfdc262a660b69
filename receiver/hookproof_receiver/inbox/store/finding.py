"""Finding the message that a request is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from hookproof_runtime.database import Driver

from ...identity import (
    Asked,
    Found,
    Known,
    State,
    guid_value,
    key_value,
    signature_value,
    wants_link,
)
from ..endpoint import Endpoint

IsAlive = Callable[[str, str], bool]
"""Whether a lease is alive: (owner, message id)."""

_Row: TypeAlias = tuple[str, str, str | None, int | None, str, int | None]

_KNOWN = "m.id, m.state, m.owner, m.promised_ms, m.digest, m.signed_ms"
_FIND = f"""
SELECT i.value, {_KNOWN} FROM hookproof_identities i JOIN hookproof_messages m ON m.id = i.message_id
WHERE i.endpoint = ? AND i.value IN (?, ?, ?)
"""  # noqa: S608  (names of ours)
_LINK = f"""
SELECT {_KNOWN} FROM hookproof_messages m
WHERE m.endpoint = ? AND m.link = ? AND m.created_ms >= ? AND m.method = ? AND m.target = ?
"""  # noqa: S608  (names of ours)
_NEWEST = " ORDER BY m.created_ms DESC, m.id DESC LIMIT "
_LINK_ANY = _LINK + _NEWEST + "1"
_LINK_FAILED = _LINK + "AND m.state IN ('failed', 'running') AND m.promised_ms IS NULL" + _NEWEST + "50"


def find(
    driver: Driver,
    endpoint: Endpoint,
    asked: Asked,
    route: tuple[str, str],
    now_ms: int,
    is_alive: IsAlive,
) -> Found:
    """Look up what the parts of a request lead to.

    Args:
        driver: inside a transaction, or another request may come between finding and keeping.
        endpoint: whose messages.
        asked: what the request says of itself.
        route: its method and target, for rule 3.
        now_ms: for rule 3's window.
        is_alive: a message that runs under a dead lease is found as `failed`.
    """
    values = (
        key_value(asked.key),
        signature_value(asked.signature, asked.signed_ms),
        guid_value(asked.guid),
    )
    rows = driver.execute(_FIND, (endpoint.path, *values)).fetchall()
    if rows:
        by_value = {row[0]: _known(row[1:], is_alive) for row in rows}
        found = Found(*[None if value is None else by_value.get(value) for value in values])
    else:
        found = Found()
    if not wants_link(asked, found, endpoint):
        return found
    since_ms = now_ms - round(endpoint.link_window_s * 1000)
    link = _LINK_ANY if endpoint.link == "any" else _LINK_FAILED
    candidates = driver.execute(link, (endpoint.path, asked.digest, since_ms, *route)).fetchall()
    for known in (_known(row, is_alive) for row in candidates):
        if endpoint.link == "any" or known.state == "failed":
            return Found(link=known)
    return found


def _known(row: _Row, is_alive: IsAlive) -> Known:
    message_id, state, owner, promised_ms, digest, signed_ms = row
    if state == "running" and not is_alive(owner or "", message_id):
        state = "failed"
    return Known(message_id, cast(State, state), promised_ms is not None, digest, signed_ms)
