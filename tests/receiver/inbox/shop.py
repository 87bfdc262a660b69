"""A shop that takes orders through an inbox, with every effect counted in a real table."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, select

from hookproof import GUID_HEADER, StaleDelivery, Verifier
from hookproof.clock import NANOSECONDS, Clock, system_clock
from hookproof.headers import guid as read_guid
from hookproof.testing import SECRET, FixedClock, signed_headers
from hookproof_receiver.inbox import Arrival, Endpoint, Inbox, Message, takes_tx
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_runtime.database import Connection, empty_log, open_engine, reading, writing
from hookproof_runtime.ids import new_id

PATH = "/hooks/orders"
PATIENCE = 20.0  # seconds: a guard against hanging, never a measurement

Headers = Sequence[tuple[str, str]]

_metadata = MetaData()
effects = Table("effects", _metadata, Column("message", Text), Column("body", LargeBinary))


@cache
def _empty_shop() -> bytes:
    """A database with all tables and nothing in them: to copy it is quicker than to make it anew."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shop.db"
        engine = open_engine(f"sqlite:///{file}")
        bring_up_to_date(engine)
        with writing(engine) as connection:
            _metadata.create_all(connection)
        empty_log(engine)
        engine.dispose()
        return file.read_bytes()


def ship(message: Message, tx: Connection) -> tuple[int, Any]:
    """What an honest handler does: one row, in the transaction it is lent."""
    tx.execute(effects.insert().values(message=message.id, body=message.body))
    return 201, {"shipped": message.body.decode()}


def endpoint(handler: Callable[..., Any] | None = ship, path: str = PATH, **fields: Any) -> Endpoint:
    wants = handler is not None and takes_tx(handler)
    return Endpoint(path, handler=handler, takes_tx=wants, **fields)


def signed(body: bytes, clock: Clock, guid: str | None = None) -> Headers:
    return tuple(signed_headers(body, guid=guid, clock=clock).items())


def arrival(
    body: bytes, headers: Headers, clock: Clock, target: str = PATH, method: str = "POST"
) -> Arrival:
    """A request as the receiver's front hands it on, really verified."""
    now_ns = clock()
    stale: Literal["too_old", "too_new"] | None = None
    try:
        delivery = Verifier(secrets=SECRET, clock=clock).verify(body, headers)
    except StaleDelivery as refused:
        delivery = refused.delivery
        stale = "too_old" if refused.code == "too_old" else "too_new"
    guid = read_guid(headers)
    ignored = guid is None and any(name == GUID_HEADER for name, _ in headers)
    return Arrival(
        id=new_id("dlv", now_ns),
        method=method,
        target=target,
        headers=tuple(headers),
        body=body,
        received_ns=now_ns,
        guid=guid,
        delivery=delivery,
        stale=stale,
        flags=("guid_ignored",) if ignored else (),
    )


class Shop:
    """A database with its inboxes, and requests of an honest sender.

    The clock moves by a millisecond with every request: what is signed twice in one millisecond is one
    message, and ids sort by milliseconds.
    """

    def __init__(self, folder: Path) -> None:
        file = folder / "shop.db"
        self.url = f"sqlite:///{file}"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_bytes(_empty_shop())
        self.clock = FixedClock(system_clock() / NANOSECONDS)
        self.engine = open_engine(self.url)
        self._opened: list[Inbox] = []

    def open(self, *endpoints: Endpoint, clock: Clock | None = None, **options: Any) -> Inbox:
        inbox = Inbox(self.engine, endpoints, clock=clock or self.clock, **options)
        inbox.start()
        self._opened.append(inbox)
        return inbox

    def request(self, body: bytes = b'{"order": 4}', guid: str | None = None, **fields: Any) -> Arrival:
        """A fresh attempt: signed now, and as new as can be."""
        self.clock.advance(0.001)
        return arrival(body, signed(body, self.clock, guid), self.clock, **fields)

    def again(self, request: Arrival, guid: str | None = None, **fields: Any) -> Arrival:
        """The same signed bytes once more, under another GUID (or none)."""
        self.clock.advance(0.001)
        headers = [(name, value) for name, value in request.headers if name != GUID_HEADER]
        if guid is not None:
            headers.append((GUID_HEADER, guid))
        return arrival(request.body, headers, self.clock, **fields)

    def shipped(self) -> list[bytes]:
        """The effects there are: the bodies that were shipped, in order."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(effects.c.body)).scalars())

    def close(self) -> None:
        for inbox in self._opened:
            inbox.close(timeout=PATIENCE)
        self.engine.dispose()


def eventually(holds: Callable[[], bool]) -> bool:
    """Look until it holds, where nothing tells when: for what another process or the worker does."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
