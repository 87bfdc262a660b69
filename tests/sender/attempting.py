"""One attempt at the level of the wire, with what tests seldom change left out."""

from __future__ import annotations

from typing import Any

from hookproof_sender.targets import Policy
from hookproof_sender.wire import Attempt, Outgoing, Transport
from hookproof_sender.wire.connecting import LookUp, look_up

LOCAL = Policy(allow_loopback=True)

GUARD = 10.0
"""Seconds that a test allows above a deadline: against hanging, not a measurement."""


def attempt(
    url: str,
    *,
    seconds: float = 10.0,
    authorities: str | None = None,
    signature: dict[str, str] | None = None,
    guid: str | None = None,
    policy: Policy = LOCAL,
    look_up: LookUp = look_up,
    **outgoing: Any,
) -> Attempt:
    """Make one attempt, by default a POST of `{}`."""
    fields = {"name": "test", "method": "POST", "url": url, "body": b"{}"} | outgoing
    transport = Transport(seconds, authorities=authorities, policy=policy, look_up=look_up)
    return transport.attempt(transport.start(1, guid), Outgoing(**fields), signature=signature or {})
