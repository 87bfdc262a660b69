from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.receiver.pages.visitor import ELSEWHERE, Visitor, served

from hookproof.testing import SECRET
from hookproof_receiver import Receiver


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """At a receiver that this machine alone can reach."""
    folder = tmp_path_factory.mktemp("here")
    receiver = Receiver(
        f"sqlite:///{folder}/inbox.db",
        pages=True,
        platform=True,
        slack=True,
        hosts=["www.example.com", "Receiver.Example."],
    )
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        yield Visitor(port)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A receiver that others can reach: its port, and its folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    receiver = Receiver(f"sqlite:///{folder}/inbox.db", pages=True, platform=True)
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, ELSEWHERE) as port:
        yield port, folder
