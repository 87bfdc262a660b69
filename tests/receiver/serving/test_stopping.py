"""A stop answers what was taken, and takes nothing new."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hookproof import BadConfiguration, CannotRun
from hookproof_receiver.serving import AnyServer, Server

from ..bare_server import eventually
from ..wire import PATIENCE, exchange, read, signed
from .conftest import SERVERS, make


class Slow:
    """Answers when it is allowed to."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.allowed = threading.Event()

    def __call__(self, _environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        self.entered.set()
        self.allowed.wait(PATIENCE)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture(params=SERVERS)
def name(request: pytest.FixtureRequest) -> str:
    """Each server once."""
    return str(request.param)


def run(name: str, application: Slow) -> tuple[AnyServer, threading.Thread, int]:
    server = make(name, application, threads=2)
    answers = threading.Event()
    thread = threading.Thread(target=server.run, args=(answers.set,))
    thread.start()
    assert answers.wait(PATIENCE)
    return server, thread, int(server.url.rpartition(":")[2])


def test_what_was_taken_is_answered_and_the_port_is_free(name: str) -> None:
    application = Slow()
    server, thread, port = run(name, application)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as taken:
        taken.sendall(signed())
        assert application.entered.wait(PATIENCE)
        server.stop()
        _until_refused(port)
        application.allowed.set()
        answered = read(taken)
    thread.join(PATIENCE)

    assert ([200], True) == (answered.statuses, answered.closed)
    assert not thread.is_alive()


def test_a_second_stop_waits_for_nothing(name: str) -> None:
    application = Slow()
    server, thread, port = run(name, application)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as taken:
        taken.sendall(signed())
        assert application.entered.wait(PATIENCE)
        server.stop()
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    application.allowed.set()


def test_a_stop_closes_idle_connections_at_once(name: str) -> None:
    application = Slow()
    application.allowed.set()
    server, thread, port = run(name, application)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as idle:
        idle.sendall(signed())
        assert [200] == read(idle, expect=1).statuses
        server.stop()
        thread.join(PATIENCE)

    assert not thread.is_alive()


@pytest.mark.parametrize("listen", ["8080", "localhost", "127.0.0.1:99999", "http://h:80", ":1"])
def test_what_is_no_address_is_refused_in_a_sentence(name: str, listen: str) -> None:
    with pytest.raises(BadConfiguration, match="HOST:PORT"):
        make(name, Slow(), listen=listen)


def test_a_port_that_is_taken_is_named_with_the_way_out(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotRun, match=f"cannot listen at 127.0.0.1:{port}.*--listen 127.0.0.1:0"):
            make(name, Slow(), listen=f"127.0.0.1:{port}")


def test_ipv6_is_listened_at_and_named_as_a_url_has_it(name: str) -> None:
    server = make(name, Slow(), listen="[::1]:0", threads=2)
    server.stop()
    server.run()

    assert server.url.startswith("http://[::1]:")


def _until_refused(port: int) -> None:
    """Poll until nothing listens any more."""
    for _ in range(1000):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.1):
                pass
        except OSError:
            return
    raise AssertionError("the port still listens")


def test_a_request_after_the_stop_is_not_taken(name: str) -> None:
    application = Slow()
    application.allowed.set()
    server, thread, port = run(name, application)
    server.stop()
    thread.join(PATIENCE)

    with pytest.raises(OSError, match="refused"):
        exchange(port, signed())


def test_a_stop_after_the_end_writes_into_no_other_file(name: str, tmp_path: Path) -> None:
    """Ctrl-C again, while handlers are waited for: the server's pipe is closed by then."""
    server, thread, _ = run(name, Slow())
    server.stop()
    thread.join(PATIENCE)
    with ExitStack() as stack:
        others = [stack.enter_context((tmp_path / str(number)).open("w")) for number in range(32)]
        server.stop()

        assert {0} == {os.fstat(other.fileno()).st_size for other in others}


def test_a_stop_does_not_wait_for_whoever_wakes_the_loop() -> None:
    """A signal stops the loop in the middle of what it was woken for, and a thread that would wake it
    again waits for its end: the signal's handler would wait for that thread, and so for itself."""
    server = Server(Slow(), listen="127.0.0.1:0", threads=2)
    waking = threading.Thread(target=server._call, args=(lambda: None,), daemon=True)

    def is_waking() -> bool:
        if free := server._closing.acquire(blocking=False):
            server._closing.release()
        return not free

    def stop() -> None:
        waking.start()
        assert eventually(is_waking)
        server.stop()

    server._call(stop)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    thread.join(PATIENCE)

    assert not thread.is_alive()
