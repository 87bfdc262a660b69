"""Every published vector as bytes on a socket, before a receiver that holds its secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.contract.rules import VECTORS
from tests.contract.shop import Shop, ship
from tests.receiver.wire import head

from hookproof import Secret
from hookproof.testing import FixedClock
from hookproof_receiver import Receiver
from hookproof_receiver.testing import running_receiver

NO_HTTP = "\n", "\r", "\0", "\x7f"
"""What no header of HTTP may hold: the guard refuses it before anybody looks for a signature."""


def path_of(scheme: str, group: int, vector: dict[str, Any]) -> str:
    """An endpoint for each: a stale vector must not be known there by a valid one's signed bytes."""
    return f"/hooks/{scheme}/{group}/{vector['tolerance']}/{vector['result']}"


def is_changed_by_http(vector: dict[str, Any]) -> bool:
    """Blanks at the ends of a value are no part of it (RFC 9110, 5.5): these cannot be sent."""
    return any(value != value.strip(" \t") for _, value in vector["headers"])


def expected(vector: dict[str, Any]) -> tuple[int, str | None]:
    """Status and code on the wire."""
    if vector["code"] == "duplicate_header" or any(
        character in value for _, value in vector["headers"] for character in NO_HTTP
    ):
        return 400, "bad_request"
    return (401, vector["code"]) if vector["code"] else (201, None)


CASES = [
    pytest.param(
        path_of(scheme, number, vector),
        vector,
        id=f"{vector['rule']}/{scheme} {vector['tcId']}",
        marks=pytest.mark.rule(vector["rule"]),
    )
    for scheme, groups in VECTORS.items()
    for number, group in enumerate(groups)
    for vector in group["tests"]
    if not is_changed_by_http(vector)
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    database: Path = tmp_path_factory.mktemp("vectors") / "shop.db"
    clock = FixedClock()
    receiver = Receiver(f"sqlite:///{database}", clock=clock)
    for scheme, groups in VECTORS.items():
        for number, group in enumerate(groups):
            secrets = [Secret(secret["text"], secret["label"]) for secret in group["secrets"]]
            tolerances = {path_of(scheme, number, one): one["tolerance"] for one in group["tests"]}
            for path, tolerance in tolerances.items():
                receiver.on(path, scheme=scheme, secrets=secrets, tolerance=tolerance)(ship)
    with running_receiver(receiver) as running:
        yield Shop(running, database, clock)


@pytest.mark.rule("P-ID-17")
@pytest.mark.parametrize(("path", "vector"), CASES)
def test_the_receiver_gives_the_verdict(shop: Shop, path: str, vector: dict[str, Any]) -> None:
    body = bytes.fromhex(vector["body"])
    shop.clock.nanoseconds = vector["now"] * 1_000_000
    fields = [("Host", "receiver.example"), ("Content-Length", len(body)), *vector["headers"]]
    before = shop.store()
    response = shop.send(head(fields, target=path) + body)

    assert expected(vector) == (response.status, response.code)
    if vector["code"]:
        assert before == shop.store()
    else:
        delivery = response.headers["hookproof-delivery"]
        labels = dict(shop.query("SELECT id, secret_label FROM hookproof_deliveries"))
        assert vector["label"] == labels[delivery]
        assert body in shop.effects()


def test_few_vectors_cannot_be_sent() -> None:
    unsent = {
        scheme: [one["tcId"] for group in groups for one in group["tests"] if is_changed_by_http(one)]
        for scheme, groups in VECTORS.items()
    }

    assert [140, 149, 158, 159, 163] == unsent["http-task"]
    assert max(map(len, unsent.values())) <= 10
