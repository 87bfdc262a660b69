"""Each example of a receiving application ships each order once, whatever becomes of the requests."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hookproof.testing import SECRET, forge, signed_headers
from hookproof_sender import Attempt, HttpTask, Sender

EXAMPLES = Path(__file__).parents[3] / "examples" / "receivers"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
BODY = b'{"order": 4, "run": "run-1/tell-the-shop"}'
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class Shop:
    """An example that is served."""

    def __init__(self, port: int, database: Path) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks/orders"
        self._database = database

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send a request as it stands; the status."""
        request = urllib.request.Request(self.url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    def query(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self._database)) as connection, connection:
            return [value for (value,) in connection.execute(sql)]

    def orders(self) -> list[int]:
        """The effects."""
        return self.query("SELECT number FROM orders")


@pytest.fixture(scope="module", params=NAMES)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp(request.param)
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("serve.py"), request.param],
        cwd=folder,
        env=os.environ | {"HTTP_TASK_SECRET": SECRET, "PYTHONPATH": str(EXAMPLES)},
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        try:
            yield Shop(int(process.stdout.readline()), folder / "shop.db")
        finally:
            process.kill()


@pytest.fixture
def shop(served: Shop) -> Shop:
    for table in ("orders", "hookproof_claims"):
        served.query(f"DELETE FROM {table}")
    return served


def test_there_is_one_for_each_of_three_frameworks() -> None:
    assert ["shop_django", "shop_fastapi", "shop_flask"] == NAMES


def test_first_doubled_captured_retried(shop: Shop) -> None:
    first = signed_headers(BODY)
    statuses = [
        shop.post(BODY, first),
        shop.post(BODY, first),
        shop.post(BODY, first | {"X-Http-Task-Guid": "captured"}),
        shop.post(BODY, signed_headers(BODY, guid=GUID)),
        shop.post(BODY, signed_headers(BODY, guid=GUID)),
    ]

    assert ([200] * 5, [4]) == (statuses, shop.orders())


def test_what_is_forged_has_no_effect(shop: Shop) -> None:
    forged = forge("changed-body")

    assert (401, []) == (shop.post(forged.body, forged.headers), shop.orders())


def test_a_failure_after_the_claim_rolls_back_and_the_retry_ships(shop: Shop, tmp_path: Path) -> None:
    shop.query("ALTER TABLE orders RENAME TO away")  # so that the effect fails, after the claim
    task = HttpTask(name="Tell", method="post", url=shop.url, body=BODY.decode(), secretKey=SECRET)

    def mend(attempt: Attempt) -> None:
        if attempt.number == 1:
            shop.query("ALTER TABLE away RENAME TO orders")

    sender = Sender(
        database=f"sqlite:///{tmp_path / 'outbox.db'}",
        allow_loopback=True,
        retry_base=0.1,
        on_attempt=mend,
    )
    run = sender.send(task)
    again = shop.post(BODY, signed_headers(BODY, guid=run.guid))

    assert ("delivered", [500, 200]) == (run.outcome, [one.status for one in run.attempts])
    assert (200, [4]) == (again, shop.orders())
