"""`/healthz` and `/readyz`, over a socket and beside a real store."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from tests.receiver.bare_server import eventually
from tests.receiver.wire import Response, exchange, good, head

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing import Running, running_receiver
from hookproof_runtime.database import WAIT


def ask(running: Running, path: str, method: str = "GET") -> Response:
    return exchange(running.port, head([("Host", "h")], target=path, method=method), expect=1).only


@pytest.fixture
def receiver(tmp_path: Path) -> Receiver:
    made = Receiver(f"sqlite:///{tmp_path}/inbox.db", running=1)
    made.on("/hooks/test", secrets=SECRET)
    return made


@pytest.fixture
def running(receiver: Receiver) -> Iterator[Running]:
    with running_receiver(receiver) as one:
        yield one


def database(tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)


@pytest.mark.rule("P-HEALTH-1", "P-HEALTH-2")
@pytest.mark.parametrize(("path", "word"), [("/healthz", b"alive\n"), ("/readyz", b"ready\n")])
def test_a_receiver_that_is_well_says_so(running: Running, path: str, word: bytes) -> None:
    said = ask(running, path)

    assert (200, word) == (said.status, said.body)
    assert "text/plain; charset=utf-8" == said.headers["content-type"]
    assert "no-store" == said.headers["cache-control"]
    assert () == running.deliveries  # it is no delivery


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_head_is_answered_without_a_body(running: Running, path: str) -> None:
    with closing_socket(running) as connection:
        connection.sendall(head([("Host", "h"), ("Connection", "close")], target=path, method="HEAD"))
        came = b"".join(iter(lambda: connection.recv(65536), b""))

    assert came.startswith(b"HTTP/1.1 200 OK\r\n")
    assert came.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_another_method_is_none(running: Running, path: str) -> None:
    said = ask(running, path, "DELETE")

    assert (405, "method_not_allowed", "GET, HEAD") == (said.status, said.code, said.headers["allow"])


@pytest.mark.rule("P-HEALTH-2")
def test_a_store_that_somebody_holds_is_not_ready_and_the_process_is_alive(
    running: Running, tmp_path: Path
) -> None:
    with closing(database(tmp_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        eventually(lambda: ask(running, "/readyz").status == 503, within_s=WAIT)
        said = ask(running, "/readyz")
        assert 200 == ask(running, "/healthz").status
        other.execute("ROLLBACK")

    assert (503, "busy", "5") == (said.status, said.code, said.headers["retry-after"])
    assert eventually(lambda: ask(running, "/readyz").status == 200)
    assert 200 == good(running.port).status


@pytest.mark.rule("P-HEALTH-2", "P-HEALTH-3")
def test_a_store_that_is_gone_is_not_ready_and_nothing_is_said_of_it(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 200 == ask(running, "/readyz").status
    (tmp_path / "inbox.db").rename(tmp_path / "elsewhere.db")
    said = eventually(lambda: one if (one := ask(running, "/readyz")).status == 503 else None)

    assert "not_kept" == said.code
    assert str(tmp_path) not in str(said)
    assert 200 == ask(running, "/healthz").status


def test_a_try_is_written_and_leaves_nothing_behind(running: Running, tmp_path: Path) -> None:
    log = tmp_path / "inbox.db-wal"
    with closing(database(tmp_path)) as other:
        rows = other.execute("SELECT * FROM hookproof_receiver_version").fetchall()
        before = log.stat().st_size
        assert 200 == ask(running, "/readyz").status
        assert log.stat().st_size > before
        assert rows == other.execute("SELECT * FROM hookproof_receiver_version").fetchall()


@pytest.mark.rule("P-HEALTH-2")
def test_with_as_much_under_way_as_may_be_it_is_not_ready(tmp_path: Path) -> None:
    started, go = threading.Event(), threading.Event()
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", running=1)

    @receiver.on("/hooks/test", secrets=SECRET)
    def slow(_message: object) -> None:
        started.set()
        go.wait(30)

    with running_receiver(receiver) as running:
        thread = threading.Thread(target=good, args=(running.port,))
        thread.start()
        assert started.wait(30)
        said = ask(running, "/readyz")
        go.set()
        thread.join()
        assert eventually(lambda: ask(running, "/readyz").status == 200)

    assert (503, "busy", True) == (said.status, said.code, "retry-after" in said.headers)


@pytest.mark.rule("P-HEALTH-2")
def test_a_receiver_that_stops_is_not_ready(receiver: Receiver, running: Running) -> None:
    receiver.begin_to_stop()
    said = ask(running, "/readyz")

    assert (503, "stopping") == (said.status, said.code)
    assert 200 == ask(running, "/healthz").status


@pytest.mark.rule("P-HEALTH-4")
def test_an_endpoint_at_one_of_these_paths_wins(tmp_path: Path) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    receiver.on("/readyz", secrets=SECRET)
    with running_receiver(receiver) as running:
        assert (405, "POST, PUT, PATCH") == (
            (said := ask(running, "/readyz")).status,
            said.headers["allow"],
        )
        assert 200 == good(running.port, target="/readyz").status
        assert b"alive\n" == ask(running, "/healthz").body


@pytest.mark.rule("P-HEALTH-4")
def test_another_application_keeps_its_own(receiver: Receiver) -> None:
    application = Flask("shop")
    application.register_blueprint(receiver.blueprint())

    assert 404 == application.test_client().get("/healthz").status_code


@pytest.mark.rule("P-HEALTH-1")
def test_to_be_alive_takes_no_store(receiver: Receiver, tmp_path: Path) -> None:
    assert 200 == receiver.create_app().test_client().get("/healthz").status_code
    assert [] == list(tmp_path.iterdir())


def closing_socket(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), timeout=30)
