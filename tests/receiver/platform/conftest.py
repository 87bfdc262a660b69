from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.tokens import Tokens
from hookproof_runtime.database import open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(b"a-key-that-nobody-could-take-for-a-real-one")


@pytest.fixture
def output_dir(tmp_path: Path) -> Path:
    return tmp_path / "jobs"


@pytest.fixture
def service(engine: Engine, tokens: Tokens, output_dir: Path) -> Iterator[PlatformService]:
    service = PlatformService(engine, tokens, output_dir)
    yield service
    service.close()
