"""The same receiver, whose database does not wait for the disk: to see that this is noticed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from tests.crash.receiver.shop import receiver as receiver


@event.listens_for(Engine, "checkout")
def _do_not_wait(connection: Any, *_: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
