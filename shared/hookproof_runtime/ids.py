"""Ids that sort by time: `msg_06C…`, `dlv_06C…`, `rpl_06C…`, `run_06C…`."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal, TypeAlias

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]


Prefix: TypeAlias = Literal["dlv", "msg", "rpl", "run"]
"""What an id is of: a request that was received, a message, a replay, a run of a plan."""


def as_message_id(delivery_id: str) -> str:
    """The id of the message that a request makes: that of the request, as a message's."""
    return "msg_" + delivery_id.removeprefix("dlv_")


def new_id(prefix: Prefix, now_ns: int) -> str:
    """Make an id: the prefix, then 26 characters of 48 bits of milliseconds and 80 random bits.

    Args:
        prefix: what it is of.
        now_ns: Unix time in nanoseconds.
    """
    return _written(prefix, (now_ns // 1_000_000) << 80 | secrets.randbits(80))


def id_of(prefix: Prefix, now_ns: int, key: str) -> str:
    """The id of what has a key: the same for the same time and key, with 80 bits of its SHA-256.

    Args:
        prefix: what it is of.
        now_ns: Unix time in nanoseconds.
        key: any text.
    """
    digest = hashlib.sha256(key.encode()).digest()
    return _written(prefix, (now_ns // 1_000_000) << 80 | int.from_bytes(digest[:10]))


def first_id(prefix: Prefix, time_ms: int) -> str:
    """The lowest id of a millisecond: ids made then or later are not below it.

    Args:
        prefix: what it is of.
        time_ms: Unix time in milliseconds.
    """
    return _written(prefix, max(0, time_ms) << 80)


def _written(prefix: str, number: int) -> str:
    return prefix + "_" + "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
