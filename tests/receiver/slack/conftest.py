from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hookproof.testing import FixedClock
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.slack import SlackService
from hookproof_runtime.database import open_engine


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose schema is up to date, to be copied: making one takes longer than a test."""
    path = tmp_path_factory.mktemp("slack") / "inbox.db"
    engine = open_engine(f"sqlite:///{path}")
    bring_up_to_date(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    shutil.copy(empty_database, tmp_path)
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def service(engine: Engine, clock: FixedClock) -> SlackService:
    return SlackService(engine, clock)
