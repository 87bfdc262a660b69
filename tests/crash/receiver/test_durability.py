"""CRASH-36: nothing is acknowledged before the disk has it.

A process that is killed cannot show this: what it wrote is safe in its system's hands. So strace notes
what the receiver asks for, and in which order.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.crash.children import PATIENCE
from tests.crash.receiver.calls import Answer, body_of, call
from tests.crash.receiver.place import SERVERS, Place
from tests.crash.receiver.trace import CALLS, LONGEST, answers, calls, unproved
from tests.receiver.bare_server import eventually

PATHS = ("/sync/tx", "/sync/plain", "/sync/linked", "/inbox/tx", "/inbox/plain")
EACH = 12  # messages at each path

_NAME = "msg_01M8HGB3QF43S935NJ4GQ3AV41"
_KEPT = [
    '7  pwrite64(9</d/inbox.db-wal>, "\\1{\\"run\\": \\"a\\"}", 4096, 56) = 4096',
    "7  fdatasync(9</d/inbox.db-wal>) = 0",
    f'8  sendto(5<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK\\r\\nM: {_NAME}\\r\\n", 9, 0) = 9',
]


def unproved_in(lines: list[str]) -> list[str]:
    """What is wrong with a trace of one message."""
    return unproved(calls(lines), "/d/inbox.db-wal", {_NAME: '{\\"run\\": \\"a\\"'})


def test_written_on_the_disk_and_answered_is_proved() -> None:
    assert [] == unproved_in(_KEPT)


def test_calls_of_several_threads_overlap() -> None:
    write, _, answer = _KEPT
    begun = "7  fdatasync(9</d/inbox.db-wal> <unfinished ...>"
    assert [] == unproved_in([write, begun, "7  <... fdatasync resumed>) = 0", answer])
    assert 1 == len(unproved_in([write, begun, answer, "7  <... fdatasync resumed>) = 0"]))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([_KEPT[0], _KEPT[2]], id="never waited for"),
        pytest.param([_KEPT[0], _KEPT[2], _KEPT[1]], id="waited for too late"),
        pytest.param([_KEPT[1], _KEPT[0], _KEPT[2]], id="waited for too early"),
        pytest.param(_KEPT[1:], id="never written"),
        pytest.param([_KEPT[0], _KEPT[1].replace("= 0", "= -1 EIO"), _KEPT[2]], id="broken disk"),
        pytest.param([_KEPT[0], _KEPT[1].replace("-wal", ""), _KEPT[2]], id="another file"),
    ],
)
def test_what_is_not_on_the_disk_is_noticed(lines: list[str]) -> None:
    assert 1 == len(unproved_in(lines))


@contextmanager
def traced(place: Place, app: str, server: str) -> Iterator[int]:
    """A `hookproof receive`, under strace from its start to its end; the port."""
    ready, trace = place.folder / "ready", place.folder / "trace"
    words = ["strace", "-D", "-f", "-yy", "--seccomp-bpf", "-s", str(LONGEST), "-o", str(trace)]
    words += ["-e", f"trace={CALLS}", str(Path(sys.executable).with_name("hookproof")), "receive"]
    words += ["--app", app, "--database", "sqlite:///inbox.db", "--listen", "127.0.0.1:0"]
    words += ["--server", server, "--log", "quiet", "--ready-file", str(ready)]
    with subprocess.Popen(
        words,
        cwd=place.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as process:
        eventually(lambda: ready.exists() or process.poll() is not None)
        try:
            yield int(ready.read_text().strip().rpartition(":")[2])
        finally:
            process.terminate()
            assert 0 == process.wait(PATIENCE)
    # The tracer ends after what it traces, and pads short process ids.
    end = re.compile(rf"^{process.pid} +\+\+\+ exited with 0 \+\+\+$", re.MULTILINE)
    eventually(lambda: end.search(trace.read_text(errors="replace")))


def load(port: int) -> tuple[dict[str, str], int]:
    """Send messages, several at once, and all of them twice.

    Returns:
        By id, how each body begins, as strace writes it; and how many answers had one of a handler.
    """
    sent = [(path, f"{path}#{number}") for path in PATHS for number in range(EACH)]
    bodies: dict[str, str] = {}
    finished = 0

    def send(path: str, key: str) -> Answer | None:
        return call(port, path, body_of(key))

    with ThreadPoolExecutor(8) as threads:
        for _ in range(2):
            answered = threads.map(lambda one: send(*one), sent)
            for (_, key), answer in zip(sent, answered, strict=True):
                assert answer is not None
                assert 200 <= answer.status < 300
                assert answer.message_id is not None
                bodies[answer.message_id] = f'{{\\"run\\": \\"{key}\\"'
                finished += not answer.kept
    return bodies, finished


@pytest.mark.long
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace: apt install strace")
@pytest.mark.parametrize(
    ("app", "is_proved"),
    [
        pytest.param("tests.crash.receiver.shop:receiver", True, id="CRASH-36"),
        pytest.param("tests.crash.receiver.careless:receiver", False, id="CRASH-36/planted"),
    ],
)
@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.rule("P-ANS-1")
def test_a_2xx_leaves_after_the_disk_has_what_it_stands_for(
    tmp_path: Path, server: str, app: str, is_proved: bool
) -> None:
    place = Place(tmp_path)
    with traced(place, app, server) as port:
        bodies, finished = load(port)
    found = calls((tmp_path / "trace").read_text(errors="replace").splitlines())

    sentences = unproved(found, f"{place.file}-wal", bodies)
    seen = answers(found)
    assert (2 * EACH * len(PATHS), finished) == (len(seen), sum(one.said is not None for one in seen))
    if is_proved:
        assert [] == sentences
    else:
        assert EACH * len(PATHS) < len(sentences)
