"""A place, or a stage for a file's tests, and a message's key for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.crash.receiver.place import Place
from tests.crash.receiver.stage import Stage


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(scope="module")
def one_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("receiver"))
    try:
        yield stage
    finally:
        stage.kill()


@pytest.fixture
def stage(one_stage: Stage) -> Stage:
    if one_stage.halt.exists():  # the test before this one failed
        one_stage.kill()
        one_stage.restart()
    return one_stage


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """The message's, and no other test's."""
    return str(request.node.name).replace(" ", "_")
