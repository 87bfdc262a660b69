"""The application behind gunicorn, and behind nginx before it, as receiver/README.md has them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from hookproof.testing import SECRET

from ..bare_server import eventually
from ..wire import exchange, good, read, signed
from .test_slow import SOON, STUCK_BODY, held

pytest.importorskip("gunicorn", reason="the peers are installed with the development tools")
pytestmark = pytest.mark.long

README = (Path(__file__).parents[3] / "receiver/README.md").read_text()
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
READY = b"GET /readyz HTTP/1.1\r\nHost: receiver.example\r\n\r\n"
SHOP = f"""
import time
from hookproof_receiver import Receiver

receiver = Receiver("sqlite:///shop.db")

@receiver.on("/hooks/test", secrets="{SECRET}")
def order(message):
    with open("effects", "a") as effects:
        effects.write(message.id + "\\n")
    time.sleep(message.json().get("takes", 0))

"""


def block(language: str) -> str:
    """The last block of this language in receiver/README.md's section."""
    section = README.partition("## Behind other servers")[2].partition("\n## ")[0]
    found: str = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)[-1]
    return found


class Running(NamedTuple):
    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def effects(self) -> int:
        """How many times the handler ran."""
        file = self.folder / "effects"
        return len(file.read_text().splitlines()) if file.exists() else 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def started(words: list[str], folder: Path, port: int) -> Iterator[Running]:
    """A program that listens at this port."""
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens() -> bool:
        assert process.poll() is None
        with closing(socket.socket()) as connection:
            return connection.connect_ex(("127.0.0.1", port)) == 0

    try:
        eventually(listens)
        yield Running(folder, port, process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator[Running]:
    """The two lines of the README, with a port of their own."""
    (tmp_path / "shop.py").write_text(SHOP + block("python"))
    port = free_port()
    words = block("sh").replace("8000", str(port)).split()
    assert "gunicorn" == words[0]
    with started([sys.executable, "-m", *words], tmp_path, port) as one:
        # It listens before it has imported anything, and its first request makes the database.
        eventually(lambda: exchange(port, READY, expect=1).statuses == [200])
        yield one


@pytest.fixture
def nginx(gunicorn: Running, tmp_path: Path) -> Iterator[Running]:
    """The README's configuration before it."""
    if NGINX is None:
        pytest.skip("nginx is not installed here")
    port = free_port()
    made = block("nginx").replace("8000", str(gunicorn.port)).replace("8080", str(port))
    temporary = "".join(
        f"{kind}_temp_path {kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off;\npid nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{made}}}\n"
    )
    words = [NGINX, "-p", str(tmp_path), "-c", "nginx.conf", "-e", "stderr"]
    subprocess.run([*words, "-t"], check=True, capture_output=True)
    with started(words, tmp_path, port) as one:
        try:
            yield one
        finally:
            one.process.terminate()  # its own children end with it
            one.process.wait(timeout=10)


def test_a_message_has_its_one_effect_and_what_was_taken_is_answered_at_the_end(
    gunicorn: Running,
) -> None:
    request = signed(b'{"order": 4}')
    first, again = (exchange(gunicorn.port, request, expect=1).only for _ in range(2))
    with socket.create_connection(("127.0.0.1", gunicorn.port)) as taken:
        taken.sendall(signed(b'{"takes": 1}'))
        eventually(lambda: gunicorn.effects == 2)
        gunicorn.process.send_signal(signal.SIGTERM)
        answered = read(taken, expect=1).statuses
    code = gunicorn.process.wait(timeout=30)

    assert [200, 200] == [first.status, again.status]
    assert first.headers["hookproof-message"] == again.headers["hookproof-duplicate"]
    assert ([200], 0, 2) == (answered, code, gunicorn.effects)


def test_a_body_that_was_cut_short_is_caught(gunicorn: Running) -> None:
    answer = exchange(gunicorn.port, signed(b'{"order": 4}')[:-1], finish=True).only

    assert (400, "incomplete_body", 0) == (answer.status, answer.code, gunicorn.effects)


def test_behind_nginx_a_message_goes_through_while_bodies_are_stuck(nginx: Running) -> None:
    with held(nginx.port, 200, STUCK_BODY):
        started = time.monotonic()
        answers = [good(nginx.port, body=b'{"order": %d}' % order) for order in range(2)]
        took = time.monotonic() - started

    assert [200, 200] == [answer.status for answer in answers]
    assert took < SOON
    assert nginx.effects == 2
