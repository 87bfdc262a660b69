"""A shop for a file's tests, and an outbox for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.crash.place import Place, Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    with shop.process:
        yield shop


@pytest.fixture
def place(tmp_path: Path, shop: Shop) -> Place:
    return Place(tmp_path, shop)
