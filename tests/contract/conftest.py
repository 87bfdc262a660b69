"""A receiver of the test's own, on a socket and with a database, under a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.contract.shop import PATH, Open, Shop, ship

from hookproof.testing import SECRET, FixedClock
from hookproof_receiver import Receiver
from hookproof_receiver.inbox import Handler
from hookproof_receiver.testing import running_receiver


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "shop.db"
    receiver = Receiver(f"sqlite:///{path}")
    receiver.open()
    receiver.close()
    return path


@pytest.fixture
def open_shop(tmp_path: Path, empty_database: Path) -> Iterator[Open]:
    """Opens receivers of one database, and closes them after the test."""
    database = Path(shutil.copy(empty_database, tmp_path))
    with ExitStack() as stack:

        def open_(
            handler: Handler = ship, *, receiver: Mapping[str, Any] = {}, **endpoint: Any
        ) -> Shop:
            clock = FixedClock()
            made = Receiver(f"sqlite:///{database}", **{"clock": clock, **receiver})
            made.on(PATH, **{"secrets": SECRET} | endpoint)(handler)
            running = stack.enter_context(running_receiver(made))
            return Shop(running, database, clock)

        yield open_


@pytest.fixture
def shop(open_shop: Open) -> Shop:
    """A receiver as it is by default."""
    return open_shop()
