"""What the inbox offers to whoever has a message run by hand: each in a transaction of the caller's."""

from __future__ import annotations

from dataclasses import replace

from hookproof_runtime.database import Connection, driver_of

from ..identity import Asked, Decision, decide
from .endpoint import Endpoint
from .rerunning import Rerun as Rerun
from .store import finding
from .store.finding import IsAlive as IsAlive
from .store.leasing import Claimed as Claimed
from .store.reading import message as message
from .store.rerunning import NewMessage as NewMessage
from .store.rerunning import adopt as adopt
from .store.rerunning import belongs as belongs
from .store.rerunning import bind as bind
from .store.rerunning import make as make
from .store.rerunning import names_of as names_of
from .store.rerunning import take as take


def judge(
    connection: Connection,
    endpoint: Endpoint,
    asked: Asked,
    route: tuple[str, str],
    received_ms: int,
    is_alive: IsAlive,
) -> Decision:
    """What a request is by the ladder, as if nothing had been refused but by its signature.

    Args:
        connection: a transaction.
        endpoint: where it came.
        asked: what it says of itself; its time does not matter any more.
        route: its method and target.
        received_ms: when it came, for rule 3's window.
        is_alive: whether a lease is alive.
    """
    lenient = replace(endpoint, on_body_change="run", identity_required=False)
    waived = replace(asked, stale=False)
    found = finding.find(driver_of(connection), lenient, waived, route, received_ms, is_alive)
    return decide(waived, found, lenient)
