"""`hookproof inbox work`: the workers of an inbox in processes of their own."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from hookproof.testing import SECRET

from ..bare_server import eventually
from ..wire import good
from .conftest import Folder

SHOP = f"""
from pathlib import Path
from hookproof_receiver import Receiver

receiver = Receiver("sqlite:///shop.db", workers=0)

@receiver.on("/hooks/test", secrets="{SECRET}", mode="inbox", retries=0)
def order(message):
    if message.body == b"bad":
        raise OSError("the printer is on fire\\x1b[31m")
    with Path("handled").open("a") as file:
        file.write(message.body.decode() + "\\n")
"""

HANGING = f"""
import threading
from pathlib import Path
from hookproof_receiver import Receiver

receiver = Receiver("sqlite:///shop.db")

@receiver.on("/hooks/test", secrets="{SECRET}", mode="inbox")
def order(message):
    Path("begun").touch()
    threading.Event().wait()
"""


@pytest.fixture
def shop(folder: Folder) -> Folder:
    (folder.path / "shop.py").write_text(SHOP)
    return folder


def handled(folder: Path) -> list[str]:
    path = folder / "handled"
    return path.read_text().split() if path.exists() else []


def test_what_was_acknowledged_is_run_by_another_process(shop: Folder) -> None:
    with shop.receive("--app", "shop:receiver") as program:
        statuses = [good(program.port, body=body).status for body in (b"1", b"bad", b"2")]
        assert [] == handled(shop.path)
        worked = shop.run("inbox", "work", "--app", "shop:receiver", "--workers", "1", "--until-done")

    assert [200, 200, 200] == statuses
    assert (0, ["1", "2"]) == (worked.code, handled(shop.path))
    first, parked, last = worked.out.splitlines()
    assert "run 200 in" in first
    assert "attempt 1  handled" in last
    assert "parked: OSError: the printer is on fire\\x1b[31m" in parked
    assert worked.err.startswith("ready: /hooks/test; Ctrl-C to stop\n")


def test_it_goes_on_until_it_is_stopped(shop: Folder) -> None:
    with shop.receive("--app", "shop:receiver") as program:
        good(program.port, body=b"1")
        with shop.run_until_stopped("inbox", "work", "--app", "shop:receiver") as work:
            assert "attempt 1  handled" in work.ready
            ended = work.end(signal.SIGINT)

    assert (130, ["1"]) == (ended.code, handled(shop.path))


def test_without_a_handler_there_is_nothing_to_run(folder: Folder) -> None:
    ended = folder.run("inbox", "work")

    assert 2 == ended.code
    assert "no endpoint here has a handler" in ended.err
    assert "Traceback" not in ended.err


def test_a_handler_that_hangs_does_not_keep_the_process_from_its_end(folder: Folder) -> None:
    (folder.path / "shop.py").write_text(HANGING)
    with folder.receive("--app", "shop:receiver") as program:
        assert 200 == good(program.port).status
        eventually((folder.path / "begun").exists)
        program.process.send_signal(signal.SIGTERM)
        assert program.process.stderr is not None
        assert "stopped\n" == program.process.stderr.readline()
        ended = program.end(signal.SIGTERM)  # a second one: it is not waited for any more

    assert 0 == ended.code
