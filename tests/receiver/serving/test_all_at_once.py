"""The whole receiver as a process: what is slow, forged or too much at once, and then told to stop."""

from __future__ import annotations

import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from hookproof.testing import SECRET

from ..bare_server import eventually
from ..cli.conftest import Folder, Program
from ..wire import PATIENCE, good, read, signed
from .conftest import SERVERS
from .test_slow import HALF_HEAD, IDLE, SOON, STUCK_BODY, held

pytestmark = pytest.mark.long
SHOP = f"""
import time
from pathlib import Path
from hookproof_receiver import Receiver

receiver = Receiver("sqlite:///shop.db")

@receiver.on("/hooks/test", secrets="{SECRET}")
def order(message):
    return 200, {{"shipped": message.json()["order"]}}

@receiver.on("/hooks/slow", secrets="{SECRET}")
def slow(message):
    with open("begun", "a") as begun:
        begun.write("x")
    while not Path("go").exists():
        time.sleep(0.01)
"""


class Shop:
    """A receiver with a quick and a slow endpoint."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        (path / "shop.py").write_text(SHOP)
        self.said = ""
        """Its log, once it ended."""

    @contextmanager
    def open(self, server: str) -> Iterator[Program]:
        """Start it; its log is read all the time, or it would wait for us."""
        words = ("--app", "shop:receiver", "--server", server, "--log", "json")
        with self.folder.receive(*words) as program:
            reader = threading.Thread(target=self._read, args=(program,))
            reader.start()
            try:
                yield program
            finally:
                program.process.kill()
                reader.join()

    def _read(self, program: Program) -> None:
        assert program.process.stderr is not None
        self.said += program.process.stderr.read()

    def slow_begun(self) -> int:
        """How many slow handlers have begun."""
        with suppress(FileNotFoundError):
            return (self.folder.path / "begun").stat().st_size
        return 0

    def let_go(self) -> None:
        """The slow handlers end."""
        (self.folder.path / "go").touch()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@contextmanager
def slow_ones(shop: Shop, port: int, number: int) -> Iterator[list[socket.socket]]:
    """So many requests whose handlers run and do not end by themselves."""
    with ExitStack() as stack:
        connections = []
        for order in range(number):
            body = b'{"order": "slow %d"}' % order
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(signed(body, target="/hooks/slow"))
            connections.append(connection)
        eventually(lambda: shop.slow_begun() == number)
        yield connections


@contextmanager
def flood(port: int, peers: int) -> Iterator[None]:
    """Forged messages, as fast as they are answered."""
    over = threading.Event()

    def send() -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            while not over.is_set():
                connection.sendall(signed(b"x" * 1000, secret="not the secret of this endpoint"))
                assert [401] == read(connection, expect=1).statuses

    threads = [threading.Thread(target=send) for _ in range(peers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "server",
    [pytest.param(name, id=f"{name}-CRASH-32/the receiver, all at once") for name in SERVERS],
)
def test_all_at_once_and_a_good_message_is_answered_and_what_was_taken_before_the_stop_too(
    shop: Shop, server: str
) -> None:
    with (
        shop.open(server) as program,
        held(program.port, 200, STUCK_BODY),
        held(program.port, 20, HALF_HEAD),
        held(program.port, 20, IDLE),
        slow_ones(shop, program.port, 8) as slow,
    ):
        with flood(program.port, 4):
            for order in range(5):
                started = time.monotonic()
                assert 200 == good(program.port, body=b'{"order": %d}' % order).status
                assert time.monotonic() - started < SOON
        program.process.send_signal(signal.SIGTERM)
        _until_refused(program.port)
        shop.let_go()
        statuses = [read(connection).statuses for connection in slow]
        code = program.process.wait(timeout=30)

    assert [[200]] * 8 == statuses
    assert 0 == code
    assert "Traceback" not in shop.said


@pytest.mark.parametrize(
    ("server", "number"),
    [
        pytest.param(server, number, id=f"{server}-CRASH-33/the receiver, {number.name}")
        for server in SERVERS
        for number in (signal.SIGTERM, signal.SIGINT)
    ],
)
def test_a_second_signal_quits_at_once_and_the_message_is_handled_at_the_next_start(
    shop: Shop, server: str, number: signal.Signals
) -> None:
    with shop.open(server) as program, slow_ones(shop, program.port, 1):
        program.process.send_signal(number)
        _until_refused(program.port)
        began = time.monotonic()
        program.process.send_signal(number)
        program.process.wait(timeout=30)
        took = time.monotonic() - began
        assert (130 if number == signal.SIGINT else 0) == program.process.returncode
    shop.let_go()
    with shop.open(server) as program:
        answer = good(program.port, body=b'{"order": "slow 0"}', target="/hooks/slow")

    assert took < 8  # handlers are waited for longer than that
    assert 200 == answer.status


@pytest.mark.parametrize(
    "server",
    [pytest.param(name, id=f"{name}-CRASH-34/the receiver") for name in SERVERS],
)
def test_with_few_descriptors_it_goes_on_answering_and_recovers(shop: Shop, server: str) -> None:
    """Fewer than there are peers: those that are too many wait in the operating system's queue."""
    with shop.open(server) as program:
        resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (260, 260))
        with held(program.port, 100, STUCK_BODY):
            assert 200 == good(program.port).status
        with held(program.port, 400, STUCK_BODY):
            eventually(lambda: _open(program) == 260)
        eventually(lambda: _open(program) < 100)
        assert 200 == good(program.port, body=b'{"order": 5}').status
        assert program.process.poll() is None
        program.process.send_signal(signal.SIGTERM)
        code = program.process.wait(timeout=30)

    assert 0 == code
    assert "Traceback" not in shop.said


def _open(program: Program) -> int:
    return len(os.listdir(f"/proc/{program.process.pid}/fd"))


def _until_refused(port: int) -> None:
    def refused() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE):
                return False
        except OSError:
            return True

    eventually(refused)
