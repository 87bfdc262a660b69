"""Finding the message that a request is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Connection, bindparam, select

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
from .tables import identities, messages

IsAlive = Callable[[str, str], bool]
"""Whether a lease is alive: (owner, message id)."""

_KNOWN = (
    messages.c.id,
    messages.c.state,
    messages.c.owner,
    messages.c.promised_ms,
    messages.c.digest,
    messages.c.signed_ms,
)
_FIND = (
    select(identities.c.value, *_KNOWN)
    .join_from(identities, messages, messages.c.id == identities.c.message_id)
    .where(
        identities.c.endpoint == bindparam("endpoint"),
        identities.c.value.in_([bindparam("key"), bindparam("signature"), bindparam("guid")]),
    )
)
_LINK = (
    select(*_KNOWN)
    .where(
        messages.c.endpoint == bindparam("endpoint"),
        messages.c.digest == bindparam("digest"),
        messages.c.guid.is_(None),
        messages.c.created_ms >= bindparam("since_ms"),
        messages.c.method == bindparam("method"),
        messages.c.target == bindparam("target"),
    )
    .order_by(messages.c.created_ms.desc(), messages.c.id.desc())
)
_LINK_ANY = _LINK.limit(1)
_LINK_FAILED = _LINK.where(
    messages.c.state.in_(["failed", "running"]), messages.c.promised_ms.is_(None)
).limit(50)


def find(
    connection: Connection,
    endpoint: Endpoint,
    asked: Asked,
    route: tuple[str, str],
    now_ms: int,
    is_alive: IsAlive,
) -> Found:
    """Look up what the parts of a request lead to.

    Args:
        connection: inside a transaction, or another request may come between finding and keeping.
        endpoint: whose messages.
        asked: what the request says of itself.
        route: its method and target, for rule 3.
        now_ms: for rule 3's window.
        is_alive: a message that runs under a dead lease is found as `failed`.
    """
    values = {
        "key": key_value(asked.key),
        "signature": signature_value(asked.signature),
        "guid": guid_value(asked.guid),
    }
    rows = connection.execute(_FIND, {"endpoint": endpoint.path, **values})
    by_value = {row.value: _known(row, is_alive) for row in rows}
    by_key, by_signature, by_guid = (by_value.get(value) for value in values.values())
    found = Found(by_key, by_signature, by_guid)
    if not wants_link(asked, found, endpoint):
        return found
    candidates = connection.execute(
        _LINK_ANY if endpoint.link == "any" else _LINK_FAILED,
        {
            "endpoint": endpoint.path,
            "digest": asked.digest,
            "since_ms": now_ms - round(endpoint.link_window_s * 1000),
            "method": route[0],
            "target": route[1],
        },
    )
    for known in (_known(row, is_alive) for row in candidates.all()):
        if endpoint.link == "any" or known.state == "failed":
            return Found(link=known)
    return found


def _known(row: Any, is_alive: IsAlive) -> Known:
    state = cast(State, row.state)
    if state == "running" and not is_alive(row.owner, row.id):
        state = "failed"
    return Known(row.id, state, row.promised_ms is not None, row.digest, row.signed_ms)
