"""Authorities that are trusted, and names that resolve to where a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.sender.hostile.certificates import Certificate, issue


class Authorities:
    """Those that a sender of these tests trusts, in one file."""

    def __init__(self, folder: Path) -> None:
        self.root = issue(authority=True, common="root")
        self.rsa = issue(authority=True, common="rsa", key=rsa.generate_private_key(65537, 2048))
        self.weak = issue(authority=True, common="weak", key=rsa.generate_private_key(65537, 1024))
        self.path = str(folder / "authorities.pem")
        Path(self.path).write_bytes(self.root.pem + self.rsa.pem + self.weak.pem)

    def below(self, **options: Any) -> Certificate:
        """An authority that the root signed."""
        return issue(authority=True, common="between", by=self.root, **options)


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    return Authorities(tmp_path_factory.mktemp("authorities"))


Names = Callable[[str, list[str]], None]
"""Has a name resolve to these addresses; without any, its look-up hangs."""


@pytest.fixture
def names_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """The computer's resolver, as somebody else's name server would have it answer."""
    known: dict[str, list[str]] = {}
    over = threading.Event()
    real = socket.getaddrinfo

    def look_up(host, port, family=0, type=0, proto=0, flags=0):
        if host not in known or flags & socket.AI_NUMERICHOST:
            return real(host, port, family, type, proto, flags)
        if not known[host]:
            over.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "nobody answered")
        return [one for address in known[host] for one in real(address, port, family, type, proto)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield known.__setitem__
    over.set()
