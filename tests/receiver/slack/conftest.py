from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hookproof.testing import FixedClock
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.slack import SlackService
from hookproof_runtime.database import open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def service(engine: Engine, clock: FixedClock) -> SlackService:
    return SlackService(engine, clock)
