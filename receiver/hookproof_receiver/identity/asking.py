"""Reading out of a request what the ladder goes by."""

from __future__ import annotations

import hashlib

from hookproof import Delivery

from .ladder import Asked
from .rules import Rules
from .signed_key import key_of_id, read_key


def ask(
    rules: Rules,
    body: bytes,
    delivery: Delivery | None,
    guid: str | None,
    *,
    stale: bool = False,
    flags: tuple[str, ...] = (),
) -> Asked:
    """What a request says of itself.

    Args:
        rules: of its endpoint.
        body: as it came.
        delivery: the proof; None where the endpoint is unsigned on purpose.
        guid: in canonical form.
        stale: authentic, but outside the tolerance.
        flags: what the reading of the request found odd.
    """
    signed_ns = None if delivery is None else delivery.signed_ns
    message_id = None if delivery is None else delivery.message_id
    return Asked(
        field=None if rules.identity is None else read_key(body, rules.identity),
        id=None if message_id is None else key_of_id(message_id),
        signature=None if delivery is None else delivery.signature_id,
        guid=guid,
        digest=hashlib.sha256(body).hexdigest(),
        signed_ms=None if signed_ns is None else signed_ns // 1_000_000,
        stale=stale,
        flags=flags,
    )
