"""Ids that sort by time: `msg_06C…`, `dlv_06C…`."""

from __future__ import annotations

import secrets
from typing import Literal

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]


def as_message_id(delivery_id: str) -> str:
    """The id of the message that a request makes: that of the request, as a message's."""
    return "msg_" + delivery_id.removeprefix("dlv_")


def new_id(prefix: Literal["dlv", "msg"], now_ns: int) -> str:
    """Make an id: the prefix, then 26 characters of 48 bits of milliseconds and 80 random bits.

    Args:
        prefix: `dlv` for a request that was received, `msg` for a message.
        now_ns: Unix time in nanoseconds.
    """
    number = (now_ns // 1_000_000) << 80 | secrets.randbits(80)
    return prefix + "_" + "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
