from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.receiver.bare_server import Server, served
from tests.receiver.platform.odd_recipes import RECIPES, STEPS, Make

from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.platform.quota import Quota
from hookproof_receiver.platform.routes import blueprint
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


@pytest.fixture
def server(service: PlatformService) -> Iterator[Server]:
    with served(blueprint(service)) as server:
        yield server


@pytest.fixture
def headers(tokens: Tokens) -> dict[str, str]:
    """The two headers of the documented task."""
    return {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {tokens.new('run-job', 3600).text}",
    }


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps, where a worker's Python finds them."""
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "job_steps.py").write_text(STEPS)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture
def make(engine: Engine, tokens: Tokens, output_dir: Path, steps: None) -> Iterator[Make]:
    made: list[PlatformService] = []

    def make(**more: object) -> PlatformService:
        chosen: dict[str, object] = {"recipes": RECIPES, "quota": Quota(1000, 1000), **more}
        service = PlatformService(engine, tokens, output_dir, **chosen)  # type: ignore[arg-type]
        made.append(service)
        return service

    yield make
    for service in made:
        service.close()
